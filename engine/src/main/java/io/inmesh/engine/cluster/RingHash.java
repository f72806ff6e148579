package io.inmesh.engine.cluster;

import io.inmesh.engine.net.MurmurHash2;
import io.inmesh.engine.net.XxHash64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Envoy's ring hash (ketama): each host stands on the ring as often as its share asks for; a
 * request goes to the next one from its hash on. Immutable.
 */
final class RingHash implements LoadBalancer {
  private final long[] positions;
  private final Host[] owners;

  private record Point(long hash, Host owner) {}

  RingHash(HashedHosts hashed, LbPolicy.RingHash policy) {
    Host[] hosts = hashed.hosts();
    double smallest = hashed.smallestShare();
    double scale =
        Math.min(
            Math.ceil(smallest * policy.minimumRingSize()) / smallest,
            (double) policy.maximumRingSize());
    List<Point> ring = new ArrayList<>((int) Math.ceil(scale));
    double target = 0;
    long placed = 0;
    for (int i = 0; i < hosts.length; i++) {
      target += scale * hashed.shares()[i];
      for (int copy = 0; placed < target; copy++, placed++) {
        String name = hashed.keys()[i] + "_" + copy;
        long hash = policy.murmur() ? MurmurHash2.of(name) : XxHash64.of(name);
        ring.add(new Point(hash, hosts[i]));
      }
    }
    ring.sort(Comparator.comparing(Point::hash, Long::compareUnsigned));
    positions = new long[ring.size()];
    owners = new Host[ring.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = ring.get(i).hash();
      owners[i] = ring.get(i).owner();
    }
  }

  @Override
  public Host choose(long hash) {
    return choose(hash, 0);
  }

  @Override
  public Host choose(long hash, int attempt) {
    int low = 0;
    int high = positions.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(positions[middle], hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int first = low == positions.length ? 0 : low;
    return owners[(int) (((long) first + attempt) % owners.length)];
  }

  /** The positions in their order, with the owner of each. */
  String describe(int index) {
    return Long.toUnsignedString(positions[index]) + ":" + owners[index].endpoint().port();
  }

  int size() {
    return positions.length;
  }
}
