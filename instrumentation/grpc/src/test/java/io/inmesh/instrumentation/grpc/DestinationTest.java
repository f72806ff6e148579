package io.inmesh.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
  @ParameterizedTest
  @CsvSource({
    "shop:8080, shop, 8080",
    "shop, shop, 80",
    "dns:///shop.test:8080, shop.test, 8080",
    "dns:///shop, shop, 80",
    "dns://10.0.0.1:53/shop:8080, shop, 8080",
    "10.0.0.1:8080, 10.0.0.1, 8080",
    "[::1]:8080, [::1], 8080",
    "dns:///[::1], [::1], 80"
  })
  void readsHostAndPortOfATarget(String target, String host, int port) {
    assertThat(Destination.of(target, null, 80)).isEqualTo(new Destination(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xds:///shop",
        "unix:/run/shop.sock",
        "unix:shop.sock",
        "unix:///run/shop.sock",
        "consul://shop/web",
        "shop:web",
        "shop:0",
        "dns:///",
        "::1",
        ""
      })
  void whatNamesNoHostIsLeft(String target) {
    assertThat(Destination.of(target, null, 80)).isNull();
  }

  @Test
  void anAddressStandsForATarget() {
    assertThat(
            Destination.of("directaddress:///x", InetSocketAddress.createUnresolved("shop", 1), 80))
        .isEqualTo(new Destination("shop", 1));
    assertThat(Destination.of("directaddress:///x", new SocketAddress() {}, 80)).isNull();
  }
}
