package io.inmesh.benchmarks.path;

import io.inmesh.cli.Json;
import io.inmesh.cli.TextTable;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what was measured and writes it. Not thread-safe. */
final class Report {
  private final PrintStream progress;
  private final Map<String, Object> conditions = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /**
   * Starts empty.
   *
   * @param progress gets a line for each part that begins or is left out
   */
  Report(PrintStream progress) {
    this.progress = progress;
  }

  void condition(String name, Object value) {
    conditions.put(name, value);
  }

  void begin(String part) {
    progress.println("measuring " + part);
  }

  void skip(String what) {
    progress.println("left out: " + what);
    skipped.add(what);
  }

  void add(Figure figure) {
    figures.add(figure);
  }

  Series add(String part, String what, String variant, String unit, Series value) {
    measurements.add(new Measurement(part, what, variant, unit, value));
    return value;
  }

  String toJson() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("conditions", conditions);
    map.put("figures", figures.stream().map(Figure::toMap).toList());
    map.put("measurements", measurements.stream().map(Measurement::toMap).toList());
    map.put("leftOut", skipped);
    return Json.write(map);
  }

  String toText() {
    StringBuilder out = new StringBuilder("\n");
    conditions.forEach((name, value) -> out.append(name + ": " + value + "\n"));
    TextTable raw = new TextTable("part", "what", "variant", "median", "min", "max", "unit");
    for (Measurement m : measurements) {
      raw.row(
          m.part(),
          m.what(),
          m.variant(),
          Figure.number(m.value().median()),
          Figure.number(m.value().min()),
          Figure.number(m.value().max()),
          m.unit());
    }
    out.append('\n').append(raw.render()).append('\n');
    TextTable table = new TextTable("figure", "median", "spread", "target", "verdict");
    for (Figure f : figures) {
      table.row(f.name(), f.medianText(), f.spreadText(), f.targetText(), f.verdict());
    }
    out.append(table.render());
    for (String line : skipped) {
      out.append("left out: ").append(line).append('\n');
    }
    return out.toString();
  }
}
