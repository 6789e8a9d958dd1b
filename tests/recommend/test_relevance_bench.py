"""The judged development set: what is promised of relevance holds, and the bench prints what it says it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "relevance.py"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    command = [sys.executable, str(BENCH), "--json", "--quick"]
    printed: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return printed


def test_our_relevance_keeps_its_targets(found: dict[str, Any]) -> None:
    ours = found["systems"]["aliquot"]
    assert ours["ndcg10"] >= 0.80
    assert ours["ndcg10_grade2"] >= 0.83
    assert found["shortfall"]["ndcg10"] >= 0.90
    assert found["topics"]["macro_f1"] >= 0.80


def test_peers_are_measured_as_others_measured_them(found: dict[str, Any]) -> None:
    assert found["systems"]["sklearn_default"]["ndcg10"] == pytest.approx(0.474, abs=0.002)
    assert {"aliquot", "sklearn_default", "bm25s"} <= set(found["systems"])
    for values in found["systems"].values():
        assert set(values) == {"ndcg10", "ndcg10_grade2", "recall20"}
    assert found["difference"]["bm25s"]["low"] > 0


def test_a_folder_that_is_no_set_is_refused(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, str(BENCH), "--set", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0
    assert "titles.tsv" in refused.stderr
