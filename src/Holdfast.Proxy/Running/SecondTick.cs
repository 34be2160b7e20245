using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>What is done once a second, on one loop for all: slow starts go on, maxima of rates are noted.</summary>
internal sealed class SecondTick : TimerEntry
{
    private const long Milliseconds = 1000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly LoopState _loop;
    private readonly ProxyState _state;
    private readonly Backend[] _slowStarting;

    internal SecondTick(LoopState loop, ProxyState state)
    {
        _loop = loop;
        _state = state;
        _slowStarting = [.. state.Backends.Where(static backend
            => backend.Servers.Any(static server => server.Balanced.Settings.SlowStart > TimeSpan.Zero))];
        loop.Timers.Set(this, loop.Now + Milliseconds);
    }

    internal override void OnDue()
    {
        long now = _loop.Now;
        foreach (Backend backend in _slowStarting)
        {
            _ = backend.Pool.AdvanceSlowStarts(new(now * NanosecondsPerMillisecond));
        }
        foreach (Frontend frontend in _state.Frontends)
        {
            frontend.Counters.SeeRates(now);
        }
        foreach (Backend backend in _state.Backends)
        {
            backend.Counters.SeeRates(now);
            foreach (Server server in backend.Servers)
            {
                server.Counters.SeeRates(now);
            }
        }
        _state.TlsUse.See(now);
        _loop.Timers.Set(this, now + Milliseconds);
    }
}
