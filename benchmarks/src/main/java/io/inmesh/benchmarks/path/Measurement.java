package io.inmesh.benchmarks.path;

import java.util.LinkedHashMap;
import java.util.Map;

/** A measured value without a target; figures are made of these. */
record Measurement(String part, String what, String variant, String unit, Series value) {
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("part", part);
    map.put("what", what);
    map.put("variant", variant);
    map.put("unit", unit);
    map.put("value", value.toMap());
    return map;
  }
}
