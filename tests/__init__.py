"""Tests of the whole house; their folders mirror the rooms."""
