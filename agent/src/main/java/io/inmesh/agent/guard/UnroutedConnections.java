package io.inmesh.agent.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts connections that no module routed, by destination and by the class that made them. Holds a
 * bounded number of both. Thread-safe.
 */
public final class UnroutedConnections {
  private static final int LIMIT = 1000;

  private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

  private record Key(String destination, String madeBy, Optional<String> refused) {}

  /**
   * A count.
   *
   * @param destination HOST:PORT as the app named it
   * @param madeBy the class that asked the JDK for the connection
   * @param refused why they were refused; empty if they were made
   */
  public record Count(
      String destination, String madeBy, Optional<String> refused, long connections) {}

  void add(String destination, String madeBy, Optional<String> refused) {
    Key key = new Key(destination, madeBy, refused);
    LongAdder count = counts.get(key);
    if (count == null && counts.size() < LIMIT) {
      count = counts.computeIfAbsent(key, unused -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
  }

  /** All counts, sorted by destination. */
  public List<Count> all() {
    List<Count> all = new ArrayList<>();
    counts.forEach(
        (key, count) ->
            all.add(new Count(key.destination(), key.madeBy(), key.refused(), count.sum())));
    all.sort((a, b) -> (a.destination() + a.madeBy()).compareTo(b.destination() + b.madeBy()));
    return all;
  }
}
