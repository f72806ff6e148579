package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a mode of mutual TLS makes of a port, by what the port is declared to speak. A connection is
 *
 * <ul>
 *   <li>{@code http}: served, and the mesh sees its requests
 *   <li>{@code bytes}: served, and the mesh sees no requests
 *   <li>{@code ended}: TLS that the mesh answers, who then misses a certificate
 *   <li>{@code left}: TLS that goes on to the app
 *   <li>{@code closed} by the mesh
 * </ul>
 */
interface PortModeCases extends ServerCases {
  /** A port that no service names; the catch-all has it. */
  String NOBODYS = "none";

  /** What becomes of connections of each kind. */
  record Treated(String clear, String meshHttp, String meshTcp, String others) {
    static Treated of(ArgumentsAccessor row, int from) {
      return new Treated(
          cell(row, from), cell(row, from + 1), cell(row, from + 2), cell(row, from + 3));
    }
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # port | workload  | of port    | clear  | mesh, http | mesh, tcp | TLS of others
          TCP  | STRICT      | PERMISSIVE | bytes  | bytes      | bytes     | left
          ''   | PERMISSIVE  | STRICT     | closed | http       | bytes     | ended
          none | STRICT      | DISABLE    | http   | left       | left      | left
          """)
  default void theModeOfAPortDecides(ArgumentsAccessor row) throws IOException {
    assertTreated(row, Map.of(app().port(), cell(row, 2)), Treated.of(row, 3));
  }

  @Tag("matrix")
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # port | workload  | of port    | clear  | mesh, http | mesh, tcp | TLS of others
          HTTP | STRICT      | PERMISSIVE | http   | http       | http      | closed
          HTTP | PERMISSIVE  | STRICT     | closed | http       | http      | ended
          HTTP | STRICT      | DISABLE    | http   | left       | left      | left
          HTTP | DISABLE     | STRICT     | closed | http       | http      | ended
          TCP  | PERMISSIVE  | STRICT     | closed | bytes      | bytes     | ended
          TCP  | STRICT      | DISABLE    | bytes  | left       | left      | left
          TCP  | DISABLE     | PERMISSIVE | bytes  | bytes      | bytes     | left
          ''   | STRICT      | PERMISSIVE | http   | http       | bytes     | left
          ''   | DISABLE     | STRICT     | closed | http       | bytes     | ended
          ''   | PERMISSIVE  | DISABLE    | http   | left       | left      | left
          none | STRICT      | PERMISSIVE | http   | http       | bytes     | left
          none | DISABLE     | STRICT     | closed | http       | bytes     | ended
          """)
  default void theModeOfAPortDecidesWhateverItSpeaks(ArgumentsAccessor row) throws IOException {
    assertTreated(row, Map.of(app().port(), cell(row, 2)), Treated.of(row, 3));
  }

  @Tag("matrix")
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # port | workload  | clear  | mesh, http | mesh, tcp | TLS of others
          HTTP | PERMISSIVE  | http   | http       | http      | closed
          HTTP | STRICT      | closed | http       | http      | ended
          HTTP | DISABLE     | http   | left       | left      | left
          TCP  | PERMISSIVE  | bytes  | bytes      | bytes     | left
          TCP  | STRICT      | closed | bytes      | bytes     | ended
          TCP  | DISABLE     | bytes  | left       | left      | left
          ''   | PERMISSIVE  | http   | http       | bytes     | left
          ''   | STRICT      | closed | http       | bytes     | ended
          ''   | DISABLE     | http   | left       | left      | left
          none | PERMISSIVE  | http   | http       | bytes     | left
          none | STRICT      | closed | http       | bytes     | ended
          none | DISABLE     | http   | left       | left      | left
          """)
  default void otherwiseTheModeOfTheWorkloadDoes(ArgumentsAccessor row) throws IOException {
    assertTreated(row, Map.of(), Treated.of(row, 2));
  }

  private static String cell(ArgumentsAccessor row, int column) {
    return Objects.requireNonNull(row.getString(column));
  }

  private void assertTreated(ArgumentsAccessor row, Map<Integer, String> ofPorts, Treated expected)
      throws IOException {
    String declared = cell(row, 0);
    String ofWorkload = cell(row, 1);
    MeshCaller stranger = caller().offering("http/1.1").showing(Optional.empty());
    try {
      if (declared.equals(NOBODYS)) {
        mesh().folder().notServed(SERVER);
      } else {
        mesh().folder().served(SERVER, app().port(), declared);
      }
      mesh().folder().mutualTls(SERVER, ofWorkload, ofPorts);
      await()
          .atMost(LONG)
          .until(
              () ->
                  mesh().admin(app(), "/config_dump").contains(cluster())
                      == !declared.equals(NOBODYS));
      // A connection that is made while the mode changes may be cut.
      await()
          .atMost(LONG)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                Treated treated =
                    new Treated(
                        inClear(),
                        secured(caller()),
                        secured(caller().offering("istio")),
                        secured(stranger));
                assertThat(treated).isEqualTo(expected);
              });
    } finally {
      mode("PERMISSIVE");
      declare("HTTP");
    }
  }

  private String cluster() {
    return "inbound|" + app().port() + "|";
  }

  private String inClear() {
    try {
      return seesRequests(clear()) ? "http" : "bytes";
    } catch (IOException closed) {
      return "closed";
    }
  }

  /** By the first thing that comes of a greeting. */
  private String secured(MeshCaller caller) throws IOException {
    long left = connections("clear");
    long closed = connections("closed");
    try (Wire wire = Wire.plain(app().port())) {
      wire.send(caller.hello());
      await()
          .atMost(LONG)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(
              () ->
                  wire.isAnswered()
                      || connections("clear") > left
                      || connections("closed") > closed);
      if (!wire.isAnswered() || connections("clear") > left) {
        return connections("clear") > left ? "left" : "closed";
      }
    }
    if (caller.shown().isEmpty()) {
      return "ended";
    }
    return seesRequests(secure(caller)) ? "http" : "bytes";
  }

  private long connections(String kind) {
    return mesh().counter(app(), "inmesh_inbound_connections_total{kind=\"" + kind + "\"}");
  }
}
