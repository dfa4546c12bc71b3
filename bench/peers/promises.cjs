// PostGraphile needs `Promise.withResolvers`, which Node 20 does not have: without it, its lists come back null.
"use strict";

Promise.withResolvers ??= function withResolvers() {
  let resolve, reject;
  const promise = new this((whenDone, whenFailed) => {
    resolve = whenDone;
    reject = whenFailed;
  });
  return { promise, resolve, reject };
};
