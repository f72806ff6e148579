package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.FieldWalk;
import io.inmesh.control.client.wire.Finding;
import io.inmesh.control.client.wire.WireMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of one resource, asked by place: which of them must turn a route, a chain, a cluster
 * into an error.
 */
final class Containment {
  private final List<Finding> all;
  private final List<Finding> refusing = new ArrayList<>();
  private final FieldTable table;

  Containment(FieldTable table, WireMessage resource) {
    this.table = table;
    this.all = FieldWalk.over(resource, "");
    for (Finding finding : all) {
      if (finding.refuses()) {
        refusing.add(finding);
      }
    }
  }

  List<Finding> findings() {
    return all.isEmpty() ? List.of() : List.copyOf(all);
  }

  /** Adds what only the engine's own types could see. */
  Finding add(String path, String detail) {
    return add(path, detail, "rules");
  }

  /** The same, of another class of the table. */
  Finding add(String path, String detail, String fieldClass) {
    Finding finding = new Finding(path, detail, table.fieldClass(fieldClass));
    all.add(finding);
    return finding;
  }

  /**
   * The path of the first thing at or below {@code path} that refuses, null where there is none.
   */
  @Nullable String below(String path) {
    for (Finding finding : refusing) {
      if (isBelow(finding.path(), path)) {
        return finding.path();
      }
    }
    return null;
  }

  /**
   * The same, but not counting what stands in one of these fields of {@code path}, whose elements
   * contain their own.
   */
  @Nullable String belowExcept(String path, String... lists) {
    for (Finding finding : refusing) {
      if (isBelow(finding.path(), path)) {
        boolean inside = false;
        for (String list : lists) {
          inside |= isBelow(finding.path(), path.isEmpty() ? list : path + "." + list);
        }
        if (!inside) {
          return finding.path();
        }
      }
    }
    return null;
  }

  private static boolean isBelow(String path, String place) {
    if (place.isEmpty()) {
      return true;
    }
    if (!path.startsWith(place)) {
      return false;
    }
    int end = place.length();
    return path.length() == end || path.charAt(end) == '.' || path.charAt(end) == '[';
  }
}
