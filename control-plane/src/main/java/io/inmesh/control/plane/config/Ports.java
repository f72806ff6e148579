package io.inmesh.control.plane.config;

/** Port numbers that are written as text. */
final class Ports {
  private Ports() {}

  static boolean isPort(String text) {
    return text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535;
  }
}
