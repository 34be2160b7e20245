namespace Holdfast.Management.Statistics;

/// <summary>The columns of <c>show stat</c>, in the original's order and with its numbers.</summary>
internal enum StatisticField : byte
{
    Pxname, Svname, Qcur, Qmax, Scur, Smax, Slim, Stot, Bin, Bout, Dreq, Dresp, Ereq, Econ, Eresp, Wretr, Wredis,
    Status, Weight, Act, Bck, Chkfail, Chkdown, Lastchg, Downtime, Qlimit, Pid, Iid, Sid, Throttle, Lbtot, Tracked,
    Type, Rate, RateLim, RateMax, CheckStatus, CheckCode, CheckDuration, Hrsp1xx, Hrsp2xx, Hrsp3xx, Hrsp4xx,
    Hrsp5xx, HrspOther, Hanafail, ReqRate, ReqRateMax, ReqTot, CliAbrt, SrvAbrt, CompIn, CompOut, CompByp, CompRsp,
    Lastsess, LastChk, LastAgt, Qtime, Ctime, Rtime, Ttime, AgentStatus, AgentCode, AgentDuration, CheckDesc,
    AgentDesc, CheckRise, CheckFall, CheckHealth, AgentRise, AgentFall, AgentHealth, Addr, Cookie, Mode, Algo,
    ConnRate, ConnRateMax, ConnTot, Intercepted, Dcon, Dses, Wrew, Connect, Reuse, CacheLookups, CacheHits, SrvIcur,
    SrcIlim, QtimeMax, CtimeMax, RtimeMax, TtimeMax, Eint, IdleConnCur, SafeConnCur, UsedConnCur, NeedConnEst,
    Uweight, AggServerStatus, AggServerCheckStatus, AggCheckStatus, SslSess, SslReusedSess, SslFailedHandshake,
    H2HeadersRcvd, H2DataRcvd, H2SettingsRcvd, H2RstStreamRcvd, H2GoawayRcvd, H2DetectedConnProtocolErrors,
    H2DetectedStrmProtocolErrors, H2RstStreamResp, H2GoawayResp, H2OpenConnections, H2BackendOpenStreams,
    H2TotalConnections, H2BackendTotalStreams, H1OpenConnections, H1OpenStreams, H1TotalConnections, H1TotalStreams,
    H1BytesIn, H1BytesOut, H1SplicedBytesIn, H1SplicedBytesOut,
}
