package io.inmesh.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

/** By what a mesh inside a process knows another one. */
class PeerMetadataTest {
  private static final String OTHER = "\n\21\n\tNAMESPACE\22\4\32\2it";

  // Field 1 of a Struct: the key, and a Value whose bool_value is true.
  private static final String KEPT = "\n\20\n\n" + PeerMetadata.KEPT + "\22\2\40\1";

  private static String base64(String bytes) {
    return Base64.getEncoder().encodeToString(bytes.getBytes(US_ASCII));
  }

  @Test
  void theEntryThatComesFirstSaysThatWhatIsToldIsKept() {
    assertThat(PeerMetadata.isKept(base64(KEPT))).isTrue();
    assertThat(PeerMetadata.isKept(base64(KEPT + OTHER))).isTrue();
    assertThat(PeerMetadata.isKept(base64(KEPT + OTHER + "x"))).isTrue();
  }

  @Test
  void aSidecarSaysNothingOfTheKind() {
    assertThat(PeerMetadata.isKept(null)).isFalse();
    assertThat(PeerMetadata.isKept("")).isFalse();
    assertThat(PeerMetadata.isKept(base64(OTHER))).isFalse();
  }

  @Test
  void itStandsInTwoHeaders() {
    assertThat(PeerMetadata.isName("x-envoy-peer-metadata")).isTrue();
    assertThat(PeerMetadata.isName("x-envoy-peer-metadata-id")).isTrue();
    assertThat(PeerMetadata.isName("x-envoy-peer-metadata-other")).isFalse();
  }
}
