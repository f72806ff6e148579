package io.inmesh.control.plane.generate;

import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Istio's own messages, which have no Java classes: the few fields that are sent. */
public final class IstioMessages {
  private static final FileDescriptor STATS =
      file(
          "stats",
          DescriptorProto.newBuilder()
              .setName("PluginConfig")
              .addField(
                  field(
                      "disable_host_header_fallback",
                      6,
                      FieldDescriptorProto.Type.TYPE_BOOL,
                      false))
              .build());
  private static final FileDescriptor ALPN =
      file(
          "istio.envoy.config.filter.http.alpn.v2alpha1",
          DescriptorProto.newBuilder()
              .setName("FilterConfig")
              .addField(message("alpn_override", 1, ".FilterConfig.AlpnOverride"))
              .addEnumType(
                  EnumDescriptorProto.newBuilder()
                      .setName("Protocol")
                      .addValue(value("HTTP10", 0))
                      .addValue(value("HTTP11", 1))
                      .addValue(value("HTTP2", 2)))
              .addNestedType(
                  DescriptorProto.newBuilder()
                      .setName("AlpnOverride")
                      .addField(
                          field("upstream_protocol", 1, FieldDescriptorProto.Type.TYPE_ENUM, false)
                              .toBuilder()
                              .setTypeName("FilterConfig.Protocol"))
                      .addField(
                          field("alpn_override", 2, FieldDescriptorProto.Type.TYPE_STRING, true)))
              .build());
  private static final FileDescriptor NAMES =
      file(
          "istio.networking.nds.v1",
          DescriptorProto.newBuilder()
              .setName("NameTable")
              .addField(message("table", 1, ".NameTable.TableEntry"))
              .addNestedType(
                  DescriptorProto.newBuilder()
                      .setName("TableEntry")
                      .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                      .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_STRING, false))
                      .addField(
                          message("value", 2, ".NameTable.NameInfo").toBuilder()
                              .setLabel(Label.LABEL_OPTIONAL)))
              .addNestedType(
                  DescriptorProto.newBuilder()
                      .setName("NameInfo")
                      .addField(field("ips", 1, FieldDescriptorProto.Type.TYPE_STRING, true))
                      .addField(field("registry", 2, FieldDescriptorProto.Type.TYPE_STRING, false))
                      .addField(field("shortname", 3, FieldDescriptorProto.Type.TYPE_STRING, false))
                      .addField(
                          field("namespace", 4, FieldDescriptorProto.Type.TYPE_STRING, false)))
              .build());

  private IstioMessages() {}

  /** What a JSON printer needs to know to print our resources. */
  public static List<Descriptor> descriptors() {
    List<Descriptor> out = new ArrayList<>();
    out.addAll(STATS.getMessageTypes());
    out.addAll(ALPN.getMessageTypes());
    out.addAll(NAMES.getMessageTypes());
    return out;
  }

  /** {@code stats.PluginConfig}; inbound does not guess the service from the Host header. */
  static Any stats(boolean inbound) {
    DynamicMessage.Builder out = builder(STATS, "PluginConfig");
    if (inbound) {
      set(out, "disable_host_header_fallback", true);
    }
    return Any.pack(out.build());
  }

  /** The {@code istio.alpn} filter's table: which ALPN to offer for which upstream protocol. */
  static Any alpn() {
    DynamicMessage.Builder out = builder(ALPN, "FilterConfig");
    add(out, "alpn_override", override(0, "istio-http/1.0", "istio", "http/1.0"));
    add(out, "alpn_override", override(1, "istio-http/1.1", "istio", "http/1.1"));
    add(out, "alpn_override", override(2, "istio-h2", "istio", "h2"));
    return Any.pack(out.build());
  }

  private static DynamicMessage override(int protocol, String... names) {
    DynamicMessage.Builder out =
        DynamicMessage.newBuilder(type(ALPN, "FilterConfig").findNestedTypeByName("AlpnOverride"));
    set(
        out,
        "upstream_protocol",
        type(ALPN, "FilterConfig").findEnumTypeByName("Protocol").findValueByNumber(protocol));
    for (String name : names) {
      add(out, "alpn_override", name);
    }
    return out.build();
  }

  /** {@code istio.networking.nds.v1.NameTable}: addresses by host name. */
  static Any nameTable(Map<String, List<String>> hosts) {
    Descriptor table = type(NAMES, "NameTable");
    DynamicMessage.Builder out = DynamicMessage.newBuilder(table);
    new TreeMap<>(hosts)
        .forEach(
            (host, ips) -> {
              DynamicMessage.Builder info =
                  DynamicMessage.newBuilder(table.findNestedTypeByName("NameInfo"));
              ips.forEach(ip -> add(info, "ips", ip));
              set(info, "registry", "External");
              DynamicMessage.Builder entry =
                  DynamicMessage.newBuilder(table.findNestedTypeByName("TableEntry"));
              set(entry, "key", host);
              set(entry, "value", info.build());
              add(out, "table", entry.build());
            });
    return Any.pack(out.build());
  }

  private static DynamicMessage.Builder builder(FileDescriptor file, String name) {
    return DynamicMessage.newBuilder(type(file, name));
  }

  private static Descriptor type(FileDescriptor file, String name) {
    return file.findMessageTypeByName(name);
  }

  private static void set(DynamicMessage.Builder out, String field, Object value) {
    out.setField(out.getDescriptorForType().findFieldByName(field), value);
  }

  private static void add(DynamicMessage.Builder out, String field, Object value) {
    out.addRepeatedField(out.getDescriptorForType().findFieldByName(field), value);
  }

  private static FieldDescriptorProto field(
      String name, int number, FieldDescriptorProto.Type type, boolean repeated) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(repeated ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL)
        .build();
  }

  private static EnumValueDescriptorProto value(String name, int number) {
    return EnumValueDescriptorProto.newBuilder().setName(name).setNumber(number).build();
  }

  private static FieldDescriptorProto message(String name, int number, String type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
        .setTypeName(type.substring(1))
        .setLabel(Label.LABEL_REPEATED)
        .build();
  }

  private static FileDescriptor file(String pkg, DescriptorProto message) {
    try {
      return FileDescriptor.buildFrom(
          FileDescriptorProto.newBuilder()
              .setName(pkg.replace('.', '/') + "/" + message.getName() + ".proto")
              .setPackage(pkg)
              .setSyntax("proto3")
              .addMessageType(message)
              .build(),
          new FileDescriptor[0]);
    } catch (DescriptorValidationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
