package io.inmesh.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tables that Envoy's own tests show for the hosts 127.0.0.1:90 to 95. */
class ConsistentHashTest {
  private static final List<String> RING =
      List.of(
          "833437586790550860:94",
          "928266305478181108:92",
          "1033482794131418490:90",
          "3551244743356806947:95",
          "3851675632748031481:93",
          "5583722120771150861:91",
          "6311230543546372928:91",
          "7700377290971790572:93",
          "13144177310400110813:95",
          "13444792449719432967:92",
          "15516499411664133160:94",
          "16117243373044804889:90");

  private final HashedHosts hosts =
      HashedHosts.of(
          IntStream.rangeClosed(90, 95).mapToObj(ConsistentHashTest::host).toArray(Host[]::new),
          host -> 1,
          false);

  @Test
  void theRingOfTwelve() {
    RingHash ring = new RingHash(hosts, new LbPolicy.RingHash(12, 1024, false, false, 0));

    assertThat(IntStream.range(0, ring.size()).mapToObj(ring::describe).toList()).isEqualTo(RING);
  }

  @Test
  void aHashGoesToTheNextPointAndRoundTheEnd() {
    RingHash ring = new RingHash(hosts, new LbPolicy.RingHash(12, 1024, false, false, 0));

    assertThat(ring.choose(0).endpoint().port()).isEqualTo(94);
    assertThat(ring.choose(833437586790550860L).endpoint().port()).isEqualTo(94);
    assertThat(ring.choose(833437586790550861L).endpoint().port()).isEqualTo(92);
    assertThat(ring.choose(-1L).endpoint().port()).isEqualTo(94);
    assertThat(ring.choose(-1L, 2).endpoint().port()).isEqualTo(90);
  }

  @Test
  void theMaglevTableOfSeven() {
    Maglev maglev = new Maglev(hosts, new LbPolicy.Maglev(7, false, 0));

    int[] ports =
        IntStream.range(0, 7).map(slot -> maglev.choose(slot).endpoint().port()).toArray();
    assertThat(Arrays.toString(ports)).isEqualTo("[92, 94, 90, 91, 95, 90, 93]");
  }

  @Test
  void aTableThatIsNotPrimeIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LbPolicy.Maglev(8, false, 0));
  }

  private static Host host(int port) {
    return new Host(
        Cluster.builder("c", Cluster.Type.STATIC).build(),
        new Endpoint("127.0.0.1", port),
        Locality.UNKNOWN,
        0,
        0);
  }
}
