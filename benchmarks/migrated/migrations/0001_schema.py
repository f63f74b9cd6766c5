"""The whole schema, as SQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Run the script that the environment names."""

    initial = True
    operations: ClassVar = [migrations.RunSQL(Path(os.environ["BENCHMARK_SCRIPT"]).read_text(encoding="utf-8"))]
