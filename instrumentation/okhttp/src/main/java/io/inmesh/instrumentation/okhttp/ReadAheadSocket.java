package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connected socket in everything but that it is read ahead. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the real one locks for itself
final class ReadAheadSocket extends Socket {
  private final Socket real;
  private final InputStream in;

  ReadAheadSocket(Socket real) throws IOException {
    this.real = real;
    this.in = new ReadAhead(real.getInputStream());
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return real.getOutputStream();
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    real.connect(endpoint);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    real.connect(endpoint, timeout);
  }

  @Override
  public void bind(SocketAddress bindpoint) throws IOException {
    real.bind(bindpoint);
  }

  @Override
  public void close() throws IOException {
    real.close();
  }

  @Override
  public void shutdownInput() throws IOException {
    real.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    real.shutdownOutput();
  }

  @Override
  public void sendUrgentData(int data) throws IOException {
    real.sendUrgentData(data);
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return real.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return real.getLocalAddress();
  }

  @Override
  public int getPort() {
    return real.getPort();
  }

  @Override
  public int getLocalPort() {
    return real.getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return real.getRemoteSocketAddress();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return real.getLocalSocketAddress();
  }

  @Override
  public @Nullable SocketChannel getChannel() {
    return real.getChannel();
  }

  @Override
  public boolean isConnected() {
    return real.isConnected();
  }

  @Override
  public boolean isBound() {
    return real.isBound();
  }

  @Override
  public boolean isClosed() {
    return real.isClosed();
  }

  @Override
  public boolean isInputShutdown() {
    return real.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return real.isOutputShutdown();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    real.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return real.getTcpNoDelay();
  }

  @Override
  public void setOOBInline(boolean on) throws SocketException {
    real.setOOBInline(on);
  }

  @Override
  public boolean getOOBInline() throws SocketException {
    return real.getOOBInline();
  }

  @Override
  public void setSoTimeout(int value) throws SocketException {
    real.setSoTimeout(value);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return real.getSoTimeout();
  }

  @Override
  public void setSendBufferSize(int value) throws SocketException {
    real.setSendBufferSize(value);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return real.getSendBufferSize();
  }

  @Override
  public void setReceiveBufferSize(int value) throws SocketException {
    real.setReceiveBufferSize(value);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return real.getReceiveBufferSize();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    real.setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return real.getKeepAlive();
  }

  @Override
  public void setTrafficClass(int value) throws SocketException {
    real.setTrafficClass(value);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return real.getTrafficClass();
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    real.setReuseAddress(on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return real.getReuseAddress();
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    real.setSoLinger(on, linger);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return real.getSoLinger();
  }

  @Override
  public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
    real.setPerformancePreferences(connectionTime, latency, bandwidth);
  }

  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
    real.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return real.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return real.supportedOptions();
  }

  @Override
  public String toString() {
    return real.toString();
  }
}
