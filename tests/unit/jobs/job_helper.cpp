// job_helper --job-supervisor FOLDER    what muster-agent does with that option
// job_helper start SPOOL WORD...        starts a job, prints its id, then sleeps until it is killed
#include <unistd.h>

#include <iostream>
#include <string>

#include "node-agent/jobs/job_spool.hpp"
#include "node-agent/jobs/supervisor.hpp"

int main(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[1] : "";
  if (mode == "--job-supervisor") return muster::jobs::run_job_supervisor(argv[2]);
  if (mode != "start") return 2;
  const muster::base::SystemClock clock;
  auto spool = muster::jobs::JobSpool::open(
      {argv[2], {"/proc/self/exe", "--job-supervisor"}, {}, {}}, clock);
  if (!spool) return 3;
  muster::plugins::JobSpec spec;
  spec.kind = "test";
  spec.argv.assign(argv + 3, argv + argc);
  const auto job = (*spool)->start(spec);
  if (!job) return 4;
  std::cout << job->id << std::endl;
  ::pause();
}
