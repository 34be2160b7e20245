namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Where a sample can be taken, and where a rule runs: they must have one in common.</summary>
[Flags]
internal enum SamplePlaces
{
    None = 0,
    FrontendTcpConnection = 1 << 0,
    FrontendTcpSession = 1 << 1,
    FrontendTcpContent = 1 << 2,
    FrontendHttpRequest = 1 << 3,
    FrontendHttpRequestBody = 1 << 4,
    FrontendUseBackend = 1 << 5,
    BackendTcpContent = 1 << 6,
    BackendHttpRequest = 1 << 7,
    BackendHttpRequestBody = 1 << 8,
    BackendServer = 1 << 9,
    ServerSource = 1 << 10,
    BackendTcpResponse = 1 << 11,
    BackendHttpResponse = 1 << 12,
    BackendHttpResponseBody = 1 << 13,
    BackendStore = 1 << 14,
    FrontendTcpResponse = 1 << 15,
    FrontendHttpResponse = 1 << 16,
    FrontendHttpResponseBody = 1 << 17,
    Logs = 1 << 18,
    TcpCheck = 1 << 19,
    Config = 1 << 20,
    Cli = 1 << 21,
}
