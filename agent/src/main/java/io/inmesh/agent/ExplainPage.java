package io.inmesh.agent;

import io.inmesh.agent.admin.AdminRequest;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.agent.admin.Json;
import io.inmesh.agent.identity.WorkloadIdentity;
import io.inmesh.agent.inbound.InboundRuntime;
import io.inmesh.engine.Acceptance;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.listener.FilterChain;
import io.inmesh.engine.trace.Trace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /explain?url=URL[&method=M][&header=k:v …][&format=json]}: why a request goes where it
 * goes. {@code /explain?inbound=PORT&path=/PATH[&peer=SPIFFE][&source-ip=IP][&sni=S][&alpn=A …]}:
 * what becomes of one that somebody sends here.
 */
final class ExplainPage {
  private final MeshRuntime mesh;
  private final InboundRuntime inbound;
  private final WorkloadIdentity identity;
  private final String ip;

  /**
   * @param ip the workload's own
   */
  ExplainPage(MeshRuntime mesh, InboundRuntime inbound, WorkloadIdentity identity, String ip) {
    this.mesh = mesh;
    this.inbound = inbound;
    this.identity = identity;
    this.ip = ip;
  }

  AdminResponse explain(AdminRequest request) {
    return request.parameter("inbound").isPresent() ? inbound(request) : outbound(request);
  }

  private AdminResponse inbound(AdminRequest request) {
    AskedConnection connection = AskedConnection.of(request, ip, identity.get());
    AskedHead head =
        AskedHead.of(
            "http://127.0.0.1:" + connection.port() + request.parameter("path").orElse("/"),
            request.parameter("method").orElse("GET"),
            request.parameters("header"));
    MeshSnapshot snapshot =
        mesh.snapshot()
            .orElseThrow(() -> new IllegalArgumentException("there is no configuration yet"));
    Trace trace = Trace.recording();
    String asked = connection + " " + head.method() + " " + head.path();
    Optional<String> alone = inbound.leftAlone(connection.local(), connection.remote());
    if (alone.isPresent()) {
      return answer(request, asked, "left alone, the app gets it: " + alone.get(), trace);
    }
    Acceptance acceptance = snapshot.inbound().accept(connection.info(), trace);
    if (acceptance instanceof Acceptance.Close && isPlaintextPath(connection, head)) {
      trace.add("setting plaintext-paths", "", "matched");
      return answer(request, asked, "the app gets it in clear, without an identity", trace);
    }
    String verdict = verdict(acceptance);
    FilterChain chain =
        acceptance instanceof Acceptance.Plain plain
            ? plain.chain()
            : acceptance instanceof Acceptance.Terminate terminate ? terminate.chain() : null;
    if (chain != null) {
      Decision decision =
          snapshot.admit(
              chain,
              head,
              connection.downstream(acceptance instanceof Acceptance.Terminate),
              mesh.random(),
              mesh.nanoTime(),
              trace);
      verdict += "; " + (forwards(decision, head) ? "the app gets it" : verdict(decision, head));
    }
    return answer(request, asked, verdict, trace);
  }

  private boolean isPlaintextPath(AskedConnection connection, AskedHead head) {
    return !connection.tls()
        && inbound.settings().allowsInClear(connection.port(), head.method(), head.path());
  }

  private static String verdict(Acceptance acceptance) {
    if (acceptance instanceof Acceptance.Plain) {
      return "accepted in clear";
    }
    if (acceptance instanceof Acceptance.Terminate) {
      return "the mesh terminates TLS";
    }
    if (acceptance instanceof Acceptance.AppTls) {
      return "the app itself terminates TLS";
    }
    return acceptance instanceof Acceptance.Close close
        ? "closed: " + close.reason()
        : "left alone: there is no inbound listener";
  }

  private AdminResponse outbound(AdminRequest request) {
    String url =
        request
            .parameter("url")
            .orElseThrow(
                () ->
                    new IllegalArgumentException("say which: /explain?url=http://host:port/path"));
    AskedHead head =
        AskedHead.of(url, request.parameter("method").orElse("GET"), request.parameters("header"));
    Trace trace = Trace.recording();
    Decision decision = mesh.decide(head, trace);
    return answer(request, head.method() + " " + url, verdict(decision, head), trace);
  }

  private static boolean forwards(Decision decision, RequestHead head) {
    return decision instanceof RouteDecision route
        && route.refusal(head, Trace.recording()).isEmpty();
  }

  private AdminResponse answer(AdminRequest request, String asked, String decision, Trace trace) {
    String verdict =
        mesh.observes() ? decision + " (only observed: nothing of it is done)" : decision;
    if (request.parameter("format").filter("json"::equals).isPresent()) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("request", asked);
      answer.put("decision", verdict);
      answer.put("trace", trace.toMaps());
      return AdminResponse.json(Json.write(answer));
    }
    return AdminResponse.text(
        200, String.format("%s%n%n%s%n=> %s%n", asked, trace.toText().stripTrailing(), verdict));
  }

  private static String verdict(Decision decision, RequestHead head) {
    if (decision instanceof RouteDecision route) {
      Optional<LocalReply> refusal = route.refusal(head, Trace.recording());
      return refusal.map(ExplainPage::answered).orElseGet(() -> route(route));
    }
    return decision instanceof LocalReply reply ? answered(reply) : otherwise(decision);
  }

  private static String answered(LocalReply reply) {
    return "answered by the mesh: "
        + reply.status()
        + " "
        + reply.flagText()
        + " "
        + reply.details();
  }

  private static String route(RouteDecision route) {
    return "cluster "
        + route.clusterName()
        + (route.keepsOwnTls() ? ", the app's own TLS stays" : "");
  }

  private static String otherwise(Decision decision) {
    if (decision instanceof Decision.TcpRoute tcp) {
      return "cluster "
          + tcp.clusterName()
          + (tcp.ownTls() ? ", L4: the app's own TLS stays" : ", L4");
    }
    if (decision instanceof Decision.Passthrough pass) {
      return "passed through untouched: "
          + pass.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    if (decision instanceof Decision.Refusal refusal) {
      return "refused, the connection is closed: " + refusal.reason();
    }
    return "waits, " + need(((Decision.Pending) decision).need());
  }

  private static String need(Decision.Need need) {
    if (need instanceof Decision.Need.Endpoints endpoints) {
      return "the endpoints of " + endpoints.cluster() + " are not known yet";
    }
    return need instanceof Decision.Need.Address address
        ? "the JVM's resolver is asked for "
            + address.host()
            + "; then cluster "
            + address.cluster()
        : "there is no configuration yet";
  }
}
