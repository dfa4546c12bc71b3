"""Tests of the surface, over real HTTP: a server on the loopback, a client, a fresh county each."""
