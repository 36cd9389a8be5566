"""Elixir with Mix: releases, with Phoenix or without it."""
