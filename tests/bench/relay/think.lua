-- A script for wrk(1): each connection makes its next request a random time after its last answer, as
-- so many people would who come independently of one another, and the report at the end is one of
-- percentiles.
--
-- Arguments: the mean of that time in milliseconds, how many connections there are, and how long to
-- wait, in milliseconds, before the first request of each, until all connections are made.

local mean, unused, lead

function init(args)
  mean, unused, lead = tonumber(args[1]), tonumber(args[2]), tonumber(args[3])
  math.randomseed(8888)
end

function delay()
  -- Whole milliseconds are all that wrk takes: a random part is added before the fraction is cut off.
  local pause = math.floor(-math.log(1 - math.random()) * mean + math.random())
  if unused == 0 then return pause end
  unused = unused - 1
  return lead + pause
end

function done(summary, latency)
  io.write(string.format(
    "\n{\"p50\":%d,\"p99\":%d,\"p999\":%d,\"max\":%d}\n",
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max
  ))
end
