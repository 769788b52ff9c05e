-- Requests of one size from a file, a stretch of it for each thread, each sent once.
local threads = 0

function setup(thread)
  thread:set("slot", threads)
  threads = threads + 1
end

function init(args)
  size, left = tonumber(args[2]), tonumber(args[3])
  file = assert(io.open(args[1], "rb"))
  file:seek("set", size * left * slot)
end

function request()
  if left == 0 then
    wrk.thread:stop()
    file:seek("set", 0)
  end
  left = left - 1
  return file:read(size)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"answered": %d, "refused": %d, "seconds": %f, "p50": %f, "p99": %f}\n',
    summary.requests, errors.status, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
