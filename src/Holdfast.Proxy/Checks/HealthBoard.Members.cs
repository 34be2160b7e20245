using Holdfast.Linux;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <content>Servers that operators add and remove.</content>
internal sealed partial class HealthBoard<TTransport>
{
    /// <summary>Looks after a server that was added: it is checked, and its agent asked, once somebody wants that.
    /// </summary>
    internal void Add(Server server)
    {
        ServerWatch watch = Join(server);
        watch.IsUnchecked = true;
        TrackIfWanted(server);
        if (server.Options.Check is not null)
        {
            Check(watch, delay: 0);
        }
        if (server.Options.Health.Agent is not null)
        {
            Ask(watch, delay: 0);
        }
    }

    /// <summary>Looks after a server no more.</summary>
    internal void Remove(Server server)
    {
        if (_watches.Remove(server, out ServerWatch? watch))
        {
            watch.Leave();
        }
    }

    private ServerWatch Join(Server server)
    {
        ServerWatch watch = _watches[server] = new ServerWatch(server, _log);
        server.Health.Watch(info => _loop.Post(() => watch.OnErrors(info, MonotonicClock.Now)),
            order => _loop.Post(() => watch.Obey(order, MonotonicClock.Now)));
        if (_options.OnServerChanged is { } told)
        {
            server.Health.Changed += (changed, _, now) => told(changed, now == ServerCondition.Up);
        }
        return watch;
    }

    private void TrackIfWanted(Server server)
    {
        if (server.Options.Health.Track is { } other && Find(_backends, other) is { } tracked
            && _watches.TryGetValue(tracked, out ServerWatch? watch))
        {
            _watches[server].Track(watch);
        }
    }
}
