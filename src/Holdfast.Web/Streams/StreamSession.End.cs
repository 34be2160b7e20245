using Holdfast.Nginx.Upstreams;
using Holdfast.Proxy.Engine;

namespace Holdfast.Web.Streams;

/// <summary>How a session ends.</summary>
internal sealed partial class StreamSession
{
    private void End(int status)
    {
        _subject.BytesSent = _client!.SentBytes;
        _upload.End();
        _download.End();
        CloseUpstream();
        if (_subject.IsProxied)
        {
            _choice.Leave(PeerOutcome.Answered);
        }
        _subject.End(status);
        _input.Clear(_pool);
        _loop.Close(_client);
        _client = null;
        _isBroken = false;
        Listener listener = _listener!;
        _listener = null;
        _parent.Return(this, listener);
    }
}
