package io.inmesh.control.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the client wants of one type, and what it has told the present stream. Lives on the event
 * thread.
 */
final class Subscription {
  private final ResourceType type;
  private final Set<String> wanted = new LinkedHashSet<>();
  private final Set<String> told = new LinkedHashSet<>();
  private boolean opened;
  private boolean answered;

  long responses;
  long acks;
  long nacks;
  String version = "";

  Subscription(ResourceType type) {
    this.type = type;
  }

  ResourceType type() {
    return type;
  }

  boolean wants(String name) {
    return type.wildcard() || wanted.contains(name);
  }

  /** Whether the control plane has answered since this client started. */
  boolean answered() {
    return answered;
  }

  void answeredNow() {
    answered = true;
  }

  /** The names wanted from now on, of a type that is subscribed by name. */
  void want(Set<String> names) {
    wanted.clear();
    wanted.addAll(names);
  }

  /** A new stream knows nothing. */
  void streamOpened() {
    opened = false;
    told.clear();
  }

  /**
   * The request that tells the stream what has changed, null where nothing has.
   *
   * @param node who we are, where this is the first request of the stream
   * @param held what is in force, told with the first request of a type on a stream
   */
  byte @Nullable [] nextRequest(@Nullable NodeIdentity node, ResourceStore<?> held) {
    if (type.wildcard()) {
      if (opened) {
        return null;
      }
      opened = true;
      return Discovery.subscribe(type, node, List.of(), List.of(), held.versions());
    }
    List<String> more = new ArrayList<>();
    for (String name : wanted) {
      if (told.add(name)) {
        more.add(name);
      }
    }
    List<String> less = new ArrayList<>();
    if (told.size() > wanted.size()) {
      for (String name : told) {
        if (!wanted.contains(name)) {
          less.add(name);
        }
      }
      told.retainAll(wanted);
    }
    if (more.isEmpty() && less.isEmpty()) {
      return null;
    }
    boolean first = !opened;
    opened = true;
    return Discovery.subscribe(type, node, more, less, first ? held.versions() : Map.of());
  }
}
