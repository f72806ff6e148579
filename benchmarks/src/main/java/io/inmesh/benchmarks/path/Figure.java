package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A measured value that has a target.
 *
 * @param value compared by its median
 * @param target the limit, inclusive
 * @param atMost true if the value may not exceed the target, false if it may not fall below
 * @param aim what would be better still
 */
record Figure(
    String name, String unit, Series value, double target, boolean atMost, OptionalDouble aim) {

  static Figure atMost(String name, String unit, Series value, double target) {
    return new Figure(name, unit, value, target, true, OptionalDouble.empty());
  }

  static Figure atLeast(String name, String unit, Series value, double target) {
    return new Figure(name, unit, value, target, false, OptionalDouble.empty());
  }

  Figure withAim(double better) {
    return new Figure(name, unit, value, target, atMost, OptionalDouble.of(better));
  }

  boolean reached() {
    return holds(target);
  }

  private boolean holds(double limit) {
    return atMost ? value.median() <= limit : value.median() >= limit;
  }

  /** The last column of the table. */
  String verdict() {
    if (!reached()) {
      return "NOT reached";
    }
    return aim.isEmpty() ? "reached" : holds(aim.getAsDouble()) ? "reached, aim too" : "reached";
  }

  String targetText() {
    String text = (atMost ? "<= " : ">= ") + number(target) + suffix();
    return aim.isEmpty() ? text : text + " (aim " + number(aim.getAsDouble()) + ")";
  }

  String medianText() {
    return number(value.median()) + suffix();
  }

  String spreadText() {
    return value.values().size() == 1
        ? "one value"
        : number(value.min()) + " to " + number(value.max());
  }

  private String suffix() {
    return unit.isEmpty() ? "" : " " + unit;
  }

  /** Three decimals for small values, one for large ones. */
  static String number(double value) {
    String format = Math.abs(value) < 10 ? "%.3f" : Math.abs(value) < 1000 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("unit", unit);
    map.put("value", value.toMap());
    map.put("target", target);
    map.put("limit", atMost ? "at most" : "at least");
    aim.ifPresent(better -> map.put("aim", better));
    map.put("reached", reached());
    return map;
  }
}
