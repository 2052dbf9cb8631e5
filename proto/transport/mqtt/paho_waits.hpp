// Paho's receiving thread waits in ways that cost milliseconds for nothing (MQTTAsync_cycle, Paho
// C 1.3):
//   - after each second of silence, and whenever it has no socket, it sleeps for 100 ms, deaf to
//   what arrives;
//   - a socket made while it waits for others is not looked at for up to a second;
//   - whoever destroys the last client sleeps in steps of 100 ms until the thread has ended.
//   - its sockets wait for acknowledgements before they send the next small message (Nagle);
//   - what does not fit into a socket's send buffer is not written for up to a second.
// It offers no setting for any of that; a round trip would take 45 ms instead of one, and a start three
// times as long (ADR 69). paho_waits.cpp therefore supplies the two functions of the C library by which
// it waits, poll(2) and usleep(3), for this thread and for whoever holds a PahoHurry; everybody else's
// calls pass through unchanged.
#pragma once

namespace muster::transport::mqtt {

// While one exists, a connection is being made or taken down: Paho's threads look around often.
// Thread-safe.
class PahoHurry {
 public:
  PahoHurry();
  ~PahoHurry();
  PahoHurry(const PahoHurry&) = delete;
  PahoHurry& operator=(const PahoHurry&) = delete;
};

}  // namespace muster::transport::mqtt
