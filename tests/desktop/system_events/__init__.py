"""Tests of `mailbell doctor`."""
