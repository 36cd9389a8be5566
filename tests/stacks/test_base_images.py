"""What a Dockerfile begins with: the version counts, however it is written."""

from __future__ import annotations

import pytest

from speccompile.project.memory import MemoryTree
from speccompile.stacks.base_images import BaseImage, base_images
from speccompile.stacks.versions import PYTHON, choose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM python:3.10-slim AS x\n", [("python", "3.10", 1)]),
        ("# syntax=x\nFROM --platform=$BUILDPLATFORM docker.io/library/node:v20\n", [("node", "20", 2)]),
        ("ARG PYTHON_VERSION=3.10-slim-bullseye\n\nFROM python:${PYTHON_VERSION}\n", [("python", "3.10", 1)]),
        ('ARG NODE_VERSION="20.11.1"\nFROM node:$NODE_VERSION-slim AS base\nFROM base\n', [("node", "20.11.1", 1)]),
        ("ARG V=3.9\nARG TAG=${V}-slim\nFROM python:${TAG}\n", [("python", "3.9", 2)]),
        ("ARG IMAGE=golang:1.22\nFROM ${IMAGE} AS build\n", [("golang", "1.22", 1)]),
        ("FROM ruby:${RUBY_VERSION:-3.3}-slim\n", [("ruby", "3.3", 1)]),
        # one without a default, and one that is set where no FROM sees it
        ("ARG V\nFROM python:${V}\n", []),
        ("FROM scratch\nARG V=3.9\nFROM python:${V}\n", []),
    ],
)
def test_the_version_is_followed(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert list(base_images(text)) == [BaseImage(*one) for one in expected]


def test_another_version_than_the_one_that_is_taken_is_said_where_it_stands() -> None:
    text = "ARG PYTHON_VERSION=3.10-slim\nFROM python:${PYTHON_VERSION}\n"
    chosen, (told,) = choose(MemoryTree({"Dockerfile": text}), PYTHON, (), ())
    assert (chosen.value, told.code, told.span.line) == ("3.12", "SC550", 1)
    assert "python:3.10; python 3.12 is taken" in told.message
