"""The aspects of joint management that counties split between home and host, by capability; `registry.py` joins them."""
