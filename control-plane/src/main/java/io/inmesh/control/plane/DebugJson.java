package io.inmesh.control.plane;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.inmesh.control.plane.ads.ClientStatus;
import io.inmesh.control.plane.config.Problem;
import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.Service;
import io.inmesh.control.plane.model.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The debug endpoints' JSON. */
final class DebugJson {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private DebugJson() {}

  static String registry(ControlPlane plane) {
    List<Object> out = new ArrayList<>();
    for (Service service : plane.ads().snapshot().registry().services()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("hostname", service.host());
      one.put("namespace", service.namespace());
      one.put("addresses", service.addresses());
      one.put("meshExternal", service.external());
      one.put("resolution", service.resolution().name());
      one.put("exportTo", service.exportTo());
      one.put("ports", service.ports().stream().map(DebugJson::port).toList());
      one.put("endpoints", service.instances().stream().map(i -> endpoint(service, i)).toList());
      one.put("source", service.source().toString());
      out.add(one);
    }
    return GSON.toJson(out);
  }

  private static Map<String, Object> port(ServicePort port) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("port", port.number());
    out.put("name", port.name());
    out.put("protocol", port.protocol().name());
    return out;
  }

  private static Map<String, Object> endpoint(Service service, Instance instance) {
    Map<String, Object> ports = new LinkedHashMap<>();
    for (ServicePort port : service.ports()) {
      ports.put(port.name(), instance.spec().targetPort(port));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("workload", instance.workload());
    out.put("address", instance.spec().address());
    out.put("ports", ports);
    out.put("labels", instance.spec().labels());
    out.put("locality", instance.spec().locality().toString());
    out.put("serviceAccount", instance.spec().serviceAccount());
    out.put("tlsMode", instance.spec().speaksMutualTls() ? "istio" : "disabled");
    return out;
  }

  static String sync(ControlPlane plane) {
    List<Object> out = new ArrayList<>();
    for (ClientStatus client : plane.ads().clients()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("proxy", client.node().proxyId());
      one.put("proxy_type", client.node().type());
      one.put("istio_version", client.istioVersion());
      one.put("cluster_id", client.node().clusterId());
      one.put("protocol", client.protocol());
      one.put("connected_at", client.connectedAt().toString());
      one.put("version", client.version());
      for (ClientStatus.TypeStatus type : client.types()) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("status", type.isSynced() ? "SYNCED" : "STALE");
        state.put("sent", type.nonceSent());
        state.put("acked", type.nonceAcked());
        state.put("resources", type.resources());
        state.put("nacks", type.nacks());
        if (type.nacks() > 0) {
          state.put("last_nack", type.lastNack());
        }
        one.put(type.type().name().toLowerCase(Locale.ROOT), state);
      }
      out.add(one);
    }
    return GSON.toJson(out);
  }

  static String problems(ControlPlane plane) {
    List<Object> out = new ArrayList<>();
    for (Problem problem : plane.problems()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("severity", problem.severity().name());
      one.put("source", problem.source().toString());
      one.put("resource", problem.resource());
      one.put("field", problem.field());
      one.put("text", problem.text());
      out.add(one);
    }
    return GSON.toJson(out);
  }
}
