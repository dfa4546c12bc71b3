"""Tests about the code itself: who imports whom, what stands in every file."""
