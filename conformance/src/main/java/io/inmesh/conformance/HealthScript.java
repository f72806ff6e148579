package io.inmesh.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the health checks of each host get: its replies in turn, of which the last one stays.
 *
 * @param byHost for single hosts by their number; all others get {@code others}
 */
record HealthScript(List<UpstreamReply> others, Map<Integer, List<UpstreamReply>> byHost) {
  HealthScript {
    others = List.copyOf(others);
    byHost = Map.copyOf(byHost);
  }

  /** Reads a list of replies, or a map of such lists by host; null where there is nothing. */
  static @Nullable HealthScript parse(String where, Fields fields) {
    if (!fields.has("checks")) {
      return null;
    }
    if (!(fields.get("checks") instanceof Map<?, ?>)) {
      return new HealthScript(replies(where, fields.list("checks")), Map.of());
    }
    Map<Integer, List<UpstreamReply>> byHost = new HashMap<>();
    Fields hosts = Fields.of(where, fields.map("checks"));
    for (String number : fields.map("checks").keySet()) {
      byHost.put(Integer.valueOf(number), replies(where, hosts.list(number)));
    }
    return new HealthScript(List.of(), byHost);
  }

  private static List<UpstreamReply> replies(String where, List<Object> values) {
    List<UpstreamReply> replies = new ArrayList<>();
    for (Object value : values) {
      replies.add(UpstreamReply.parse(where + ".checks", value));
    }
    return replies;
  }

  /** Gives the replies out. Thread-safe. */
  static final class Player {
    private final Map<Integer, Deque<UpstreamReply>> left = new HashMap<>();
    private @Nullable HealthScript script;

    /** A new script is played from its beginning; the same one, or null, goes on. */
    synchronized void play(@Nullable HealthScript next) {
      if (next != null && !next.equals(script)) {
        script = next;
        left.clear();
      }
    }

    /** The reply to the next check of a host; 200 where no script says anything. */
    synchronized UpstreamReply next(int host) {
      HealthScript playing = script;
      if (playing == null) {
        return UpstreamReply.OK;
      }
      Deque<UpstreamReply> replies =
          left.computeIfAbsent(
              host, h -> new ArrayDeque<>(playing.byHost.getOrDefault(h, playing.others)));
      if (replies.size() > 1) {
        return replies.removeFirst();
      }
      return replies.isEmpty() ? UpstreamReply.OK : replies.getFirst();
    }
  }
}
