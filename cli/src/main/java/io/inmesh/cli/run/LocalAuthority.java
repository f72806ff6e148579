package io.inmesh.cli.run;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where a control plane on this machine signs certificates.
 *
 * @param address HOST:PORT with TLS
 * @param caDir the folder that holds its root
 * @param tokens the folder where it writes a token for each service account
 */
public record LocalAuthority(String address, Path caDir, Path tokens) {
  private static final String TOKEN = ".jwt";

  /** Settings of an agent that is this service account; empty if there is no token for it. */
  public Optional<Map<String, String>> settings(String namespace, String account) {
    Path token = tokens.resolve(namespace + "." + account + TOKEN);
    if (!Files.isRegularFile(token)) {
      return Optional.empty();
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("xds", "https://" + address);
    settings.put("root-ca", caDir.resolve("root-cert.pem").toString());
    settings.put("token-file", token.toString());
    settings.put("service-account", account);
    return Optional.of(settings);
  }

  /** The service accounts of a namespace that have a token. */
  public List<String> accounts(String namespace) {
    String prefix = namespace + ".";
    try (Stream<Path> files = Files.list(tokens)) {
      return files
          .map(file -> file.getFileName() + "")
          .filter(name -> name.startsWith(prefix) && name.endsWith(TOKEN))
          .map(name -> name.substring(prefix.length(), name.length() - TOKEN.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new Failure("cannot read " + tokens + ": " + e.getMessage(), e);
    }
  }

  static Optional<LocalAuthority> read(Properties properties) {
    String address = properties.getProperty("secure", "");
    return address.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LocalAuthority(
                address,
                Path.of(properties.getProperty("ca-dir", "")),
                Path.of(properties.getProperty("tokens", ""))));
  }

  void write(Properties properties) {
    properties.setProperty("secure", address);
    properties.setProperty("ca-dir", caDir.toString());
    properties.setProperty("tokens", tokens.toString());
  }
}
