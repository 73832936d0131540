-- A script for wrk(1): each connection makes its next request a random time after its last answer, as
-- so many people would who come independently of one another, and the report at the end is one of
-- percentiles. Argument: the mean of that time, in milliseconds.

local mean

function init(args)
  mean = tonumber(args[1])
  math.randomseed(8888)
end

function delay()
  -- Whole milliseconds are all that wrk takes: a random part is added before the fraction is cut off.
  return math.floor(-math.log(1 - math.random()) * mean + math.random())
end

function done(summary, latency)
  io.write(string.format(
    "\n{\"p50\":%d,\"p99\":%d,\"p999\":%d,\"max\":%d}\n",
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max
  ))
end
