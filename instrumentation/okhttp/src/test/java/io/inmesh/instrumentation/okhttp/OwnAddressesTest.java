package io.inmesh.instrumentation.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ProxySelector;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import okhttp3.Address;
import okhttp3.Authenticator;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
  private final Object client = new Object();
  private final OwnAddresses addresses = new OwnAddresses();

  private static HttpUrl url(String text) {
    return HttpUrl.get(text);
  }

  private static Address address(HttpUrl url) {
    return new Address(
        url.host(),
        url.port(),
        Dns.SYSTEM,
        SocketFactory.getDefault(),
        null,
        null,
        null,
        Authenticator.NONE,
        null,
        List.of(Protocol.HTTP_1_1),
        List.of(),
        ProxySelector.getDefault());
  }

  @Test
  void anAddressServesAllUrlsOfItsHostAndPortToItsClient() {
    Address made = address(url("http://shop:8080/items"));
    addresses.keep(client, made);

    assertThat(addresses.find(client, url("http://shop:8080/other?page=2"))).isSameAs(made);
  }

  @Test
  void anotherClientPortHostOrSchemeHasAnotherAddress() {
    addresses.keep(client, address(url("http://shop:8080/")));

    assertThat(addresses.find(new Object(), url("http://shop:8080/"))).isNull();
    assertThat(addresses.find(client, url("http://shop:8096/"))).isNull();
    assertThat(addresses.find(client, url("http://cart:8080/"))).isNull();
    assertThat(addresses.find(client, url("https://shop:8080/"))).isNull();
  }

  @Test
  void ofManyAddressesAFewAreKept() {
    for (int port = 1; port <= 1000; port++) {
      addresses.keep(client, address(url("http://shop:" + port + "/")));
    }
    long kept =
        IntStream.rangeClosed(1, 1000)
            .filter(port -> addresses.find(client, url("http://shop:" + port + "/")) != null)
            .count();

    assertThat(kept).isEqualTo(16);
  }
}
