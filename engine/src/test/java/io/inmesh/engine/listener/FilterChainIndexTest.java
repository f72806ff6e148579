package io.inmesh.engine.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inmesh.engine.listener.FilterChainMatch.SourceType;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterChainIndexTest {
  private static FilterChainMatch match(
      int port, String prefix, String sni, String transport, String alpn) {
    return new FilterChainMatch(
        port,
        prefix.isEmpty() ? List.of() : List.of(Cidr.parse(prefix)),
        list(sni),
        transport,
        list(alpn),
        List.of(),
        SourceType.ANY,
        List.of(),
        Set.of());
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }

  private static FilterChain chain(String name, FilterChainMatch match) {
    return new FilterChain(name, match, new FilterChainAction.Refuse(name));
  }

  private static Listener listener(FilterChain... chains) {
    return new Listener("l", "0.0.0.0", 80, Listener.Direction.INBOUND, List.of(chains), null);
  }

  private static @Nullable String choose(
      Listener listener, int port, String ip, String sni, String transport, String alpn) {
    FilterChain found =
        listener.filterChain(
            new ConnectionInfo(
                IpAddress.parse(ip), port, sni, transport, list(alpn), null, null, 0, false));
    return found == null ? null : found.name();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        // An entry for the port hides the entries for any port, even where its chain then fails.
        "80, 10.0.0.1, NONE, raw_buffer, NONE, port80-raw",
        "80, 10.0.0.1, NONE, tls, NONE, -",
        "81, 10.0.0.1, NONE, tls, NONE, any-tls",
        "81, 10.0.0.1, NONE, raw_buffer, NONE, -",
      },
      nullValues = "-")
  void portsDoNotGoBack(
      int port, String ip, String sni, String transport, String alpn, @Nullable String expected) {
    Listener listener =
        listener(
            chain("port80-raw", match(80, "", "", "raw_buffer", "")),
            chain("any-tls", match(0, "", "", "tls", "")));
    assertThat(choose(listener, port, ip, none(sni), transport, none(alpn))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "10.1.2.3, ten-one-two",
        "10.1.9.9, ten-one",
        "10.9.9.9, ten",
        "11.0.0.1, any",
      },
      nullValues = "-")
  void longestPrefixWins(String ip, String expected) {
    Listener listener =
        listener(
            chain("any", match(0, "", "", "", "")),
            chain("ten", match(0, "10.0.0.0/8", "", "", "")),
            chain("ten-one", match(0, "10.1.0.0/16", "", "", "")),
            chain("ten-one-two", match(0, "10.1.2.0/24", "", "", "")));
    assertThat(choose(listener, 80, ip, "", "raw_buffer", "")).isEqualTo(expected);
  }

  @Test
  void aLongerPrefixThatFailsDeeperIsNotLeft() {
    Listener listener =
        listener(
            chain("wide-raw", match(0, "10.0.0.0/8", "", "raw_buffer", "")),
            chain("narrow-tls", match(0, "10.1.0.0/16", "", "tls", "")));
    assertThat(choose(listener, 80, "10.1.0.1", "", "raw_buffer", "")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "a.example.com, exact",
        "b.example.com, wild-short",
        "x.b.example.com, wild-long",
        "example.com, any",
        "other, any",
        "NONE, any",
      })
  void serverNamesExactThenLongestWildcard(String sni, String expected) {
    Listener listener =
        listener(
            chain("exact", match(0, "", "a.example.com", "", "")),
            chain("wild-short", match(0, "", "*.example.com", "", "")),
            chain("wild-long", match(0, "", "*.b.example.com", "", "")),
            chain("any", match(0, "", "", "", "")));
    assertThat(choose(listener, 80, "1.1.1.1", none(sni), "tls", "")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "tls, istio-http/1.1, mtls-http",
        "tls, istio, mtls-tcp",
        "tls, h2 istio, mtls-tcp",
        "tls, istio istio-http/1.1, mtls-tcp",
        "tls, h2, tls-passthrough",
        "tls, NONE, tls-passthrough",
        "raw_buffer, http/1.1, plain-http",
        "raw_buffer, NONE, plain-tcp",
      })
  void permissiveChainsOfIstio(String transport, String alpn, String expected) {
    Listener listener =
        listener(
            chain(
                "mtls-http", match(8080, "", "", "tls", "istio-http/1.0 istio-http/1.1 istio-h2")),
            chain("plain-http", match(8080, "", "", "raw_buffer", "http/1.1 h2c")),
            chain("mtls-tcp", match(8080, "", "", "tls", "istio-peer-exchange istio")),
            chain("plain-tcp", match(8080, "", "", "raw_buffer", "")),
            chain("tls-passthrough", match(8080, "", "", "tls", "")));
    assertThat(choose(listener, 8080, "1.1.1.1", "", transport, none(alpn))).isEqualTo(expected);
  }

  @Test
  void sourcesCount() {
    FilterChainMatch local =
        new FilterChainMatch(
            0,
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            SourceType.SAME_IP_OR_LOOPBACK,
            List.of(),
            Set.of());
    FilterChainMatch fromPort =
        new FilterChainMatch(
            0,
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            SourceType.ANY,
            List.of(Cidr.parse("10.0.0.0/8")),
            Set.of(99));
    Listener listener = listener(chain("local", local), chain("from-99", fromPort));
    assertThat(name(listener.filterChain(from("10.0.0.1", 99, true)))).isEqualTo("local");
    assertThat(name(listener.filterChain(from("10.0.0.1", 99, false)))).isEqualTo("from-99");
    assertThat(name(listener.filterChain(from("10.0.0.1", 98, false)))).isNull();
    assertThat(name(listener.filterChain(from("11.0.0.1", 99, false)))).isNull();
  }

  @Test
  void theDefaultChainTakesTheRest() {
    Listener listener =
        new Listener(
            "0.0.0.0_80",
            "0.0.0.0",
            80,
            Listener.Direction.OUTBOUND,
            List.of(chain("http", FilterChainMatch.of("raw_buffer", List.of("http/1.1", "h2c")))),
            chain("passthrough", FilterChainMatch.ANY));
    assertThat(name(listener.plainHttpChain(null, 80))).isEqualTo("http");
    assertThat(name(listener.filterChain(ConnectionInfo.tls(null, 80, "x"))))
        .isEqualTo("passthrough");
  }

  @Test
  void duplicatesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                listener(
                    chain("a", match(80, "", "x.com y.com", "tls", "")),
                    chain("b", match(80, "", "y.com", "tls", ""))))
        .withMessageContaining("filter chain 'b' has the same matching rules defined as 'a'");
    assertThatIllegalArgumentException().isThrownBy(() -> match(0, "", "a.*.com", "", ""));
  }

  private static ConnectionInfo from(String ip, int port, boolean local) {
    IpAddress source = IpAddress.parse(ip);
    return new ConnectionInfo(null, 80, "", "raw_buffer", List.of(), source, source, port, local);
  }

  private static @Nullable String name(@Nullable FilterChain chain) {
    return chain == null ? null : chain.name();
  }

  private static String none(String text) {
    return text.equals("NONE") ? "" : text;
  }
}
