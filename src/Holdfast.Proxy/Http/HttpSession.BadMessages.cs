using Holdfast.Http.H1;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Http;

/// <summary>Messages that are refused are kept for operators.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private void KeepBadRequest(ReadOnlySpan<byte> bytes, H1Error error, int position)
        => _frontend.Whole.BadRequest.Keep(Describe(error, position), bytes);

    private void KeepBadResponse(ReadOnlySpan<byte> bytes, H1Error error, int position)
        => _backend.Backend.BadResponse.Keep(Describe(error, position) with
        {
            Proxy = _backend.Backend.Identity,
            Other = _frontend.Program.Rules.Identity,
            Server = _chosen?.Identity,
        }, bytes);

    private BadMessage Describe(H1Error error, int position)
    {
        if (_client!.GetPeer(out IpAddress source, out int port) != Errno.Success)
        {
            source = default; // it has gone already
        }
        return new BadMessage
        {
            Event = _frontend.Backends.State.CountBadMessage(),
            At = MonotonicClock.RealtimeNanoseconds / NanosecondsPerMicrosecond,
            Proxy = _frontend.Program.Rules.Identity,
            Source = source,
            SourcePort = port,
            Position = position,
            Error = error,
        };
    }
}
