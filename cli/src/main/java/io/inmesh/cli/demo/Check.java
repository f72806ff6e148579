package io.inmesh.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** One thing that the demo claims, and whether it was so. */
public record Check(String name, String expected, String seen, boolean ok) {
  /** For output in JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("check", name);
    map.put("expected", expected);
    map.put("seen", seen);
    map.put("ok", ok);
    return map;
  }
}
