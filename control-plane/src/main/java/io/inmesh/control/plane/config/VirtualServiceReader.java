package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.HttpRoute;
import io.inmesh.control.plane.model.L4Route;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.VirtualService;
import java.util.List;

/** Reads VirtualService; checks what istiod's validation checks. */
final class VirtualServiceReader {
  private VirtualServiceReader() {}

  static VirtualService read(Meta meta, Fields spec) {
    String namespace = meta.namespace();
    List<String> hosts =
        spec.strings("hosts").stream().map(host -> HostNames.resolve(host, namespace)).toList();
    HttpRouteReader routes = new HttpRouteReader(namespace, hosts.isEmpty());
    List<HttpRoute> http = spec.list("http", routes::read);
    List<L4Route> tls = spec.list("tls", fields -> l4(fields, namespace, true));
    List<L4Route> tcp = spec.list("tcp", fields -> l4(fields, namespace, false));
    if (http.isEmpty() && tls.isEmpty() && tcp.isEmpty()) {
      spec.error("", "one of http, tls and tcp is required");
    }
    return new VirtualService(
        meta, hosts, spec.strings("gateways"), spec.strings("exportTo"), http, tls, tcp);
  }

  private static L4Route l4(Fields fields, String namespace, boolean tls) {
    List<L4Route.Match> matches = fields.list("match", match -> l4Match(match, tls));
    List<L4Route.Weighted> destinations =
        fields.list(
            "route",
            route ->
                new L4Route.Weighted(
                    HttpRouteReader.destination(route, namespace),
                    route.integer("weight", 0, 0, Integer.MAX_VALUE)));
    if (tls && matches.isEmpty()) {
      fields.error("match", "a TLS route needs a match with sniHosts");
    }
    if (destinations.isEmpty()) {
      fields.error("route", "at least one destination is required");
    }
    HttpRouteReader.checkWeights(
        fields, destinations.stream().mapToLong(L4Route.Weighted::weight).toArray());
    return new L4Route(matches, destinations);
  }

  private static L4Route.Match l4Match(Fields fields, boolean tls) {
    List<String> sni = tls ? fields.strings("sniHosts") : List.of();
    if (tls && sni.isEmpty()) {
      fields.error("sniHosts", "at least one host is required");
    }
    for (String subnet : fields.strings("destinationSubnets")) {
      if (!ServiceEntryReader.isSubnet(subnet)) {
        fields.error("destinationSubnets", "\"" + subnet + "\" is no CIDR range");
      }
    }
    fields.ignore("sourceSubnet");
    return new L4Route.Match(
        sni,
        fields.strings("destinationSubnets"),
        fields.integer("port", 0, 1, 65535),
        fields.stringMap("sourceLabels"),
        fields.string("sourceNamespace"),
        fields.strings("gateways"));
  }
}
