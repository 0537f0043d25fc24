-- Each request differs from the one before, so that no server can recognise its head.
local count = 0
request = function()
  count = count + 1
  return wrk.format(nil, wrk.path .. "?n=" .. count)
end
