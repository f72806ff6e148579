package io.inmesh.instrumentation.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the app is told of its callers, and what these say of themselves. */
interface PeerCases extends ServerCases {
  @Test
  default void theAppLearnsWhoCalls() throws Exception {
    try (Wire wire = secure(caller())) {
      String hash = wire.localCertificateHash();
      assertThat(headersSeen(wire.get("/headers")))
          .contains(
              "\nx-forwarded-client-cert: By=spiffe://cluster.local/ns/test/sa/"
                  + SERVER
                  + ";Hash="
                  + hash
                  + ";Subject=\"\";URI=spiffe://cluster.local/ns/test/sa/"
                  + CALLER
                  + "\n");
    }
  }

  @Test
  default void whatACallerClaimsIsRemoved() throws IOException {
    try (Wire plain = clear();
        Wire mutual = secure(caller())) {
      assertThat(
              headersSeen(
                  plain.get(
                      "/headers",
                      "X-Forwarded-Client-Cert: By=spiffe://cluster.local/ns/test/sa/forged")))
          .doesNotContain("forged");
      for (Wire wire : List.of(plain, mutual)) {
        String seen =
            headersSeen(
                wire.get(
                    "/headers",
                    "x-envoy-peer-metadata: forged",
                    "x-envoy-peer-metadata-id: forged",
                    "x-envoy-retry-on: forged",
                    "x-own: kept"));
        assertThat(seen).contains("\nx-own: kept\n").doesNotContain("forged");
      }
    }
  }

  private static String headersSeen(Wire.Answer answer) {
    StringBuilder lines = new StringBuilder("\n");
    for (String line : answer.text().split("\n")) {
      int colon = line.indexOf(':');
      lines
          .append(line.substring(0, colon).toLowerCase(Locale.ROOT))
          .append(line.substring(colon))
          .append('\n');
    }
    return lines.toString();
  }
}
