package io.inmesh.control.plane.ads;

import io.inmesh.control.plane.generate.NodeConfig;
import io.inmesh.control.plane.generate.Resource;
import io.inmesh.control.plane.generate.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one client wants of one type, what it has, and what it said about it. */
final class Watch {
  private final ResourceType type;
  private boolean wildcard;
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, String> sent = new HashMap<>();
  private String nonceSent = "";
  private String nonceAcked = "";
  private long nacks;
  private String lastNack = "";

  Watch(ResourceType type) {
    this.type = type;
  }

  /** What has to be sent so that the client has everything it wants. */
  record Difference(List<Resource> changed, List<String> removed) {
    boolean isEmpty() {
      return changed.isEmpty() && removed.isEmpty();
    }
  }

  void wildcard(boolean on) {
    this.wildcard = on;
  }

  boolean isWildcard() {
    return wildcard;
  }

  Set<String> names() {
    return names;
  }

  void knows(Map<String, String> versions) {
    sent.putAll(versions);
  }

  void forget(String name) {
    sent.remove(name);
  }

  /**
   * Compares what the client has with what it should have, and takes the difference as sent.
   *
   * @param asked names that must be answered although their content is not new
   */
  Difference difference(NodeConfig config, Set<String> asked) {
    Map<String, Resource> wanted = new LinkedHashMap<>();
    if (wildcard) {
      wanted.putAll(config.all(type));
    }
    List<String> removed = new ArrayList<>();
    for (String name : names) {
      Resource found = config.get(type, name);
      if (found != null) {
        wanted.put(name, found);
      } else if (!sent.containsKey(name)) {
        Resource empty = NodeConfig.empty(type, name);
        if (empty != null) {
          wanted.put(name, empty);
        } else {
          removed.add(name);
        }
      } else if (!type.isWildcard() && isEmpty(name)) {
        wanted.put(name, java.util.Objects.requireNonNull(NodeConfig.empty(type, name)));
      }
    }
    List<Resource> changed = new ArrayList<>();
    for (Resource resource : wanted.values()) {
      boolean same = resource.version().equals(sent.get(resource.name()));
      if (!same || asked.contains(resource.name())) {
        changed.add(resource);
      }
    }
    for (String name : List.copyOf(sent.keySet())) {
      if (!wanted.containsKey(name)) {
        sent.remove(name);
        removed.add(name);
      }
    }
    changed.forEach(resource -> sent.put(resource.name(), resource.version()));
    return new Difference(changed, removed);
  }

  private boolean isEmpty(String name) {
    Resource empty = NodeConfig.empty(type, name);
    return empty != null && empty.version().equals(sent.get(name));
  }

  void sending(String nonce) {
    nonceSent = nonce;
  }

  String nonceSent() {
    return nonceSent;
  }

  String nonceAcked() {
    return nonceAcked;
  }

  void acked(String nonce) {
    nonceAcked = nonce;
  }

  void nacked(String message) {
    nacks++;
    lastNack = message;
  }

  long nacks() {
    return nacks;
  }

  String lastNack() {
    return lastNack;
  }

  int count() {
    return sent.size();
  }
}
