package io.inmesh.control.client;

import io.inmesh.control.client.wire.FieldClass.Effect;
import io.inmesh.control.client.wire.Finding;
import io.inmesh.control.client.wire.ProtoJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What resources in force set and the agent does not do: listed, counted, and logged once for each
 * kind of field.
 */
final class UnsupportedList {

  private final ClientLog log;
  private final Set<String> logged = new HashSet<>();

  UnsupportedList(ClientLog log) {
    this.log = log;
  }

  /** The entries of what is in force now. */
  static List<UnsupportedEntry> entries(MeshState state) {
    List<UnsupportedEntry> out = new ArrayList<>();
    for (ResourceType type : ResourceType.values()) {
      for (Map.Entry<String, ? extends Held<?>> held : state.store(type).byName().entrySet()) {
        for (Finding finding : held.getValue().findings()) {
          if (isListed(finding)) {
            out.add(entry(type, held.getKey(), finding));
          }
        }
      }
    }
    return out;
  }

  private static boolean isListed(Finding finding) {
    Effect effect = finding.fieldClass().effect();
    return effect == Effect.DEGRADES || effect == Effect.REFUSES;
  }

  private static UnsupportedEntry entry(ResourceType type, String resource, Finding finding) {
    return new UnsupportedEntry(
        type.shortName(),
        resource,
        finding.path(),
        finding.detail(),
        finding.fieldClass().effect(),
        finding.fieldClass().reason(),
        finding.fieldClass().until());
  }

  /** Logs what the named resources hold and was not met before. */
  void report(MeshState state, ResourceType type, List<String> names) {
    for (String name : names) {
      Held<?> held = state.store(type).byName().get(name);
      if (held == null) {
        continue;
      }
      for (Finding finding : held.findings()) {
        if (isListed(finding)
            && logged.add(
                type + finding.shape() + finding.detail() + finding.fieldClass().code())) {
          say(type, name, finding);
        }
      }
    }
  }

  /**
   * A warning for what changes where a call goes or whether it is answered. What only degrades is
   * told by /unsupported.
   */
  private void say(ResourceType type, String name, Finding finding) {
    String line = "not supported yet: " + entry(type, name, finding);
    if (finding.fieldClass().effect() == Effect.DEGRADES) {
      log.debug(line);
    } else {
      log.warn(line);
    }
  }

  static String json(List<UnsupportedEntry> entries) {
    StringBuilder out = new StringBuilder("[");
    for (UnsupportedEntry entry : entries) {
      out.append(out.length() > 1 ? "," : "");
      field(out.append('{'), "type", entry.type());
      field(out.append(','), "resource", entry.resource());
      field(out.append(','), "field", entry.field());
      field(out.append(','), "detail", entry.detail());
      field(out.append(','), "effect", entry.effect().name());
      field(out.append(','), "reason", entry.reason());
      field(out.append(','), "until", entry.until());
      out.append('}');
    }
    return out.append(']').toString();
  }

  private static void field(StringBuilder out, String name, String value) {
    ProtoJson.quote(out, name);
    out.append(':');
    ProtoJson.quote(out, value);
  }
}
