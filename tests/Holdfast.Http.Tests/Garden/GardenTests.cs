using Holdfast.Fuzz;
using Holdfast.Http.H1;
using Holdfast.Http.Tests.H1;

namespace Holdfast.Http.Tests.Garden;

/// <summary>What becomes of each class of tests/garden/classes.tsv.</summary>
public sealed class GardenTests
{
    public static TheoryData<string> Names => [.. GardenClass.All.Select(static c => c.Name)];

    [Fact]
    public void Classes_AreManyAndNamedOnce()
    {
        Assert.InRange(GardenClass.All.Count, 200, 1000);
        Assert.Equal(GardenClass.All.Count, GardenClass.All.DistinctBy(static c => c.Name).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Class_Strictly_IsDoneWhatTheTableSays(string name)
    {
        GardenClass each = Named(name);
        Check(each, each.Strict, H1Leniency.None);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Class_AsHAProxy_IsDoneWhatTheTableSays(string name)
    {
        GardenClass each = Named(name);
        // A response's control bytes are forgiven as well, but the table has none that differ by it.
        Check(each, each.HAProxy, each.Direction == "request" ? H1Leniency.HAProxy : H1Leniency.HAProxyResponse);
    }

    private static GardenClass Named(string name) => GardenClass.All.Single(c => c.Name == name);

    private static void Check(GardenClass each, string expected, H1Leniency leniency)
    {
        PaperProxy whole = Run(each, each.Bytes, leniency, each.Bytes.Length, out string steps);
        Assert.Equal(expected, steps);

        int piece = Math.Max(1, each.Bytes.Length / 600);
        PaperProxy cut = Run(each, each.Bytes, leniency, piece, out string cutSteps);
        Assert.Equal(expected, cutSteps);
        Assert.Equal(whole.Messages, cut.Messages);

        // Read strictly, what is sent on is the same messages, and nothing besides.
        PaperProxy next = Run(each, whole.Sent, H1Leniency.None, Math.Max(1, whole.Sent.Length), out string nextSteps);
        Assert.Equal(whole.Messages, next.Messages);
        Assert.DoesNotContain("refuse", nextSteps, StringComparison.Ordinal);
        Assert.DoesNotContain("closed", nextSteps, StringComparison.Ordinal);
        Assert.Equal(Parsed.Text(whole.Sent), Parsed.Text(next.Sent));
    }

    private static PaperProxy Run(
        GardenClass each, byte[] bytes, H1Leniency leniency, int piece, out string steps)
    {
        var proxy = new PaperProxy(leniency, each.Direction switch
        {
            "request" => null,
            "response" => RequestMethod.Get,
            "response-to-head" => RequestMethod.Head,
            _ => throw new InvalidOperationException(each.Direction),
        });
        for (int start = 0; start < bytes.Length; start += piece)
        {
            proxy.Receive(bytes.AsSpan(start, Math.Min(piece, bytes.Length - start)));
        }
        steps = proxy.Finish();
        return proxy;
    }
}
