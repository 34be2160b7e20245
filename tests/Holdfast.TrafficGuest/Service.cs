using System.Net;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>A virtual service and the load on it.</summary>
internal sealed class Service(string name, string address)
{
    private const int Enough = 60;

    internal string Name { get; } = name;

    internal IPEndPoint Target { get; } = new(IPAddress.Parse(address), TrafficServer.Port);

    internal VirtualServiceKey Key { get; }
        = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(address), TrafficServer.Port);

    /// <summary>For figures: a request that is not answered in three seconds is given up, and counted.</summary>
    internal RequestLoad? Load { get; set; }

    /// <summary>For judgement: its requests wait so long that only one that nobody answers is given up.</summary>
    internal RequestLoad? Patient { get; private set; }

    /// <summary>When the server that is out was seen to be.</summary>
    internal MonotonicTime OutSince { get; set; }

    /// <summary>The requests that began at a time or later, and have come to their end.</summary>
    internal IReadOnlyList<Request> Since(MonotonicTime begin)
        => [.. Load!.From(0).Where(request => request.Begin >= begin)];

    /// <summary>Waits until a server answers a request that has not begun yet.</summary>
    internal void AwaitAnswersOf(string server)
    {
        int begin = Load!.Count;
        Await.Until(() => Load.From(begin).Any(r => r.Server == server && r.Outcome == RequestOutcome.Served),
            $"{server} answers for {Name}");
    }

    /// <summary>Begins requests whose every failure counts.</summary>
    internal void BeginPatient(LabNode client)
    {
        EndPatient();
        Patient = RequestLoad.Start(
            client, Target, workers: 2, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(20));
    }

    internal void EndPatient()
    {
        Patient?.Dispose();
        Patient = null;
    }

    /// <summary>Waits for patient requests, and ends them: all are served, and none by a server that is out.</summary>
    internal void AwaitWithout(string server, MonotonicTime since)
    {
        Await.Until(() => Patient!.Count >= Enough, $"requests to {Name}");
        IReadOnlyList<Request> all = Patient!.From(0);
        EndPatient();
        List<Request> wrong = [.. all.Where(r => r.Outcome != RequestOutcome.Served || r.Server == server)];
        Await.Holds(wrong.Count == 0, $"{Name} after {server} was out: {Tally(all)}; wrong, by when they began: "
            + string.Join(", ", wrong.Select(r
                => $"{(r.Begin - since).TotalMilliseconds:F0} ms {r.Outcome} {r.Server}")));
    }

    internal string Tally(int from) => Tally(Load!.From(from));

    /// <summary>How many requests went how.</summary>
    internal static string Tally(IReadOnlyList<Request> requests) => string.Join(", ", requests
        .GroupBy(static r => $"{r.Outcome} {r.Server}".TrimEnd()).OrderBy(static g => g.Key, StringComparer.Ordinal)
        .Select(static g => $"{g.Count()} {g.Key}"));
}
