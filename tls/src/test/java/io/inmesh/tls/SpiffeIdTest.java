package io.inmesh.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
  @Test
  void itIsTrustDomainAndPath() {
    SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/cart");
    assertThat(id).isEqualTo(SpiffeId.of("cluster.local", "shop", "cart"));
    assertThat(id).hasToString("spiffe://cluster.local/ns/shop/sa/cart");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://cluster.local/ns/a/sa/b",
        "spiffe://",
        "spiffe:///ns/a",
        "spiffe://cluster.local",
        "spiffe://cluster.local/",
        "spiffe://cluster.local/ns/",
        "spiffe://Cluster.Local/ns/a",
        "spiffe://cluster.local//a",
        "spiffe://cluster.local/./a",
        "spiffe://cluster.local/../a",
        "spiffe://cluster.local/a/..",
        "spiffe://cluster.local/a?b",
        "spiffe://cluster.local/a#b",
        "spiffe://cluster.local:8080/a",
        "spiffe://user@cluster.local/a",
        "spiffe://cluster.local/a%20b"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> SpiffeId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLongOneIsRefused() {
    assertThatThrownBy(() -> SpiffeId.parse("spiffe://a/" + "b".repeat(2048)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
