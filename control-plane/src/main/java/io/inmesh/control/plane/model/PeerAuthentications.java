package io.inmesh.control.plane.model;

import io.inmesh.control.plane.model.PeerAuthentication.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which mode is in force where: the workload's policy before its namespace's before the mesh's, and
 * of two for the same the oldest, then the first by name.
 */
public final class PeerAuthentications {
  private final String rootNamespace;
  private final Map<String, List<PeerAuthentication>> byNamespace = new HashMap<>();

  PeerAuthentications(Collection<PeerAuthentication> all, String rootNamespace) {
    this.rootNamespace = rootNamespace;
    all.stream()
        .sorted(Comparator.comparing(PeerAuthentication::meta, Meta.OLDEST_FIRST))
        .forEach(
            policy ->
                byNamespace
                    .computeIfAbsent(policy.meta().namespace(), namespace -> new ArrayList<>())
                    .add(policy));
  }

  /**
   * The modes of one workload.
   *
   * @param ports by the workload's own port; others have {@code mode}
   */
  public record Modes(Mode mode, Map<Integer, Mode> ports) {
    public Mode onPort(int port) {
      return ports.getOrDefault(port, mode);
    }
  }

  /** The mode of a namespace's workloads that no selector names. */
  public Mode ofNamespace(String namespace) {
    Mode mesh = wide(rootNamespace).within(Mode.PERMISSIVE);
    return namespace.equals(rootNamespace) ? mesh : wide(namespace).within(mesh);
  }

  /** The modes of the workload with these labels. */
  public Modes of(String namespace, Map<String, String> labels) {
    Mode wider = ofNamespace(namespace);
    // a selector in the root namespace selects nothing, as in istiod
    List<PeerAuthentication> candidates =
        namespace.equals(rootNamespace) ? List.of() : in(namespace);
    for (PeerAuthentication policy : candidates) {
      if (policy.selector().isEmpty()
          || !labels.entrySet().containsAll(policy.selector().entrySet())) {
        continue;
      }
      Mode mode = policy.mode().within(wider);
      Map<Integer, Mode> ports = new TreeMap<>();
      policy.ports().forEach((port, own) -> ports.put(port, own.within(mode)));
      return new Modes(mode, ports);
    }
    return new Modes(wider, Map.of());
  }

  private Mode wide(String namespace) {
    return in(namespace).stream()
        .filter(policy -> policy.selector().isEmpty())
        .findFirst()
        .map(PeerAuthentication::mode)
        .orElse(Mode.UNSET);
  }

  private List<PeerAuthentication> in(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }

  /** Every policy, of each namespace the oldest first. */
  public List<PeerAuthentication> all() {
    return byNamespace.values().stream().flatMap(List::stream).toList();
  }

  /** Policies that are not obeyed, each with the one that is. */
  public Map<PeerAuthentication, PeerAuthentication> shadowed() {
    Map<PeerAuthentication, PeerAuthentication> out = new LinkedHashMap<>();
    for (List<PeerAuthentication> policies : byNamespace.values()) {
      Map<Map<String, String>, PeerAuthentication> bySelector = new HashMap<>();
      for (PeerAuthentication policy : policies) {
        PeerAuthentication first = bySelector.putIfAbsent(policy.selector(), policy);
        if (first != null) {
          out.put(policy, first);
        }
      }
    }
    return out;
  }
}
