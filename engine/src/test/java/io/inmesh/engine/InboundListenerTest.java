package io.inmesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.listener.ConnectionInfo;
import io.inmesh.engine.listener.DownstreamTls;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.listener.FilterChainAction;
import io.inmesh.engine.listener.FilterChainMatch;
import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.net.TlsParameters;
import io.inmesh.engine.route.ClusterSpecifier;
import io.inmesh.engine.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboundListenerTest {
  private static final FilterChainAction TO_APP =
      new FilterChainAction.TcpProxy(new ClusterSpecifier.Single("inbound|8080||"));
  private static final FilterChain OPEN = chain("open", TO_APP, Optional.empty());

  private static FilterChain chain(
      String name, FilterChainAction action, Optional<DownstreamTls> tls) {
    return new FilterChain(name, FilterChainMatch.ANY, List.of(), action, tls);
  }

  private static Optional<String> guarding(FilterChain only, @Nullable FilterChain otherwise) {
    Listener listener =
        new Listener(
            "virtualInbound",
            "0.0.0.0",
            15006,
            Listener.Direction.INBOUND,
            List.of(only),
            otherwise);
    return InboundListener.of(List.of(listener)).guarding().map(FilterChain::name);
  }

  @Test
  void aChainThatLetsEverybodyInGuardsNothing() {
    assertThat(guarding(OPEN, null)).isEmpty();
    assertThat(InboundListener.of(List.of()).guarding()).isEmpty();
  }

  @Test
  void aChainThatTerminatesTlsGuards() {
    DownstreamTls tls =
        new DownstreamTls(
            true, true, List.of(), List.of(), "default", "ROOTCA", TlsParameters.DEFAULT);
    assertThat(guarding(chain("tls", TO_APP, Optional.of(tls)), null)).contains("tls");
  }

  @Test
  void aChainThatIsRefusedForWhatIsNotSupportedGuards() {
    FilterChain refused = chain("no", new FilterChainAction.Refuse("a field"), Optional.empty());
    assertThat(guarding(refused, null)).contains("no");
  }

  @Test
  void theDefaultChainCountsToo() {
    FilterChain refused = chain("no", new FilterChainAction.Refuse("a field"), Optional.empty());
    assertThat(guarding(OPEN, refused)).contains("no");
  }

  @Test
  void tlsIsBytesOfTheAppWhereNoChainAsksForIt() {
    FilterChain http = chain("http", "raw_buffer", List.of("http/1.1", "h2c"));
    FilterChain bytes = chain("bytes", "raw_buffer", List.of());
    assertThat(acceptedTls(http, bytes))
        .isInstanceOfSatisfying(
            Acceptance.Plain.class, plain -> assertThat(plain.chain()).isEqualTo(bytes));
    assertThat(acceptedTls(http)).isInstanceOf(Acceptance.Close.class);
  }

  @Test
  void tlsThatSomeChainAsksForIsNoBytes() {
    FilterChain mesh = chain("mesh", "tls", List.of("istio"));
    FilterChain bytes = chain("bytes", "raw_buffer", List.of());
    assertThat(acceptedTls(mesh, bytes)).isInstanceOf(Acceptance.Close.class);
    assertThat(acceptedTls(mesh, bytes, chain("own", "tls", List.of())))
        .isInstanceOf(Acceptance.AppTls.class);
  }

  @Test
  void aChainOfHttpTakesNoTls() {
    FilterChain http =
        chain("http", "tls", List.of(), new FilterChainAction.Refuse("a field", true));
    assertThat(acceptedTls(http))
        .isInstanceOfSatisfying(
            Acceptance.Close.class, close -> assertThat(close.reason()).contains("takes HTTP"));
  }

  private static FilterChain chain(String name, String transport, List<String> protocols) {
    return chain(name, transport, protocols, TO_APP);
  }

  private static FilterChain chain(
      String name, String transport, List<String> protocols, FilterChainAction action) {
    return new FilterChain(
        name,
        new FilterChainMatch(
            8080,
            List.of(),
            List.of(),
            transport,
            protocols,
            List.of(),
            FilterChainMatch.SourceType.ANY,
            List.of(),
            Set.of()),
        action);
  }

  private static Acceptance acceptedTls(FilterChain... chains) {
    Listener listener =
        new Listener(
            "virtualInbound", "0.0.0.0", 15006, Listener.Direction.INBOUND, List.of(chains), null);
    return InboundListener.of(List.of(listener))
        .accept(ConnectionInfo.tls(null, 8080, "shop"), Trace.OFF);
  }
}
