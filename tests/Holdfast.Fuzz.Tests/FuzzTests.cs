using Holdfast.Tests.Repository;

namespace Holdfast.Fuzz.Tests;

/// <summary>Replays every corpus, and gives each target a short run of the seeded mutator.</summary>
public sealed class FuzzTests
{
    private static string CorpusPath => Path.Combine(RepositoryRoot.Path, "fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(static t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_Replayed_HasNoFault(string name)
    {
        FuzzTarget target = FuzzTarget.Named(name);
        IReadOnlyList<(string Name, byte[] Bytes)> corpus = Corpus.Read(CorpusPath, target);

        Assert.InRange(corpus.Count, 3, 1000);
        foreach ((string file, byte[] bytes) in corpus)
        {
            Exception? fault = Record.Exception(() => target.Run(bytes));
            Assert.True(fault is null, $"{name}/{file}: {fault}");
        }
    }

    [Theory]
    [InlineData("request", 15_000)]
    [InlineData("response", 15_000)]
    [InlineData("edit", 30_000)]
    [InlineData("stream", 6_000)]
    [InlineData("chunk", 60_000)]
    [InlineData("proxy", 60_000)]
    [InlineData("hello", 200_000)]
    [InlineData("keepalived", 3_000)]
    [InlineData("nginx", 2_000)]
    public void Target_MutatedInputs_HasNoFault(string name, int count)
    {
        FuzzTarget target = FuzzTarget.Named(name);
        byte[][] corpus = [.. Corpus.Read(CorpusPath, target).Select(static c => c.Bytes)];

        (byte[] Input, Exception Fault)? found = FuzzRun.Find(target, corpus, count, seed: 1);

        Assert.True(found is null, $"{found?.Fault}\ninput in base64: {Convert.ToBase64String(found?.Input ?? [])}");
    }

    [Fact]
    public void Mutator_SameSeed_GivesTheSame()
    {
        byte[][] corpus = [[1, 2, 3], [4, 5]];
        var one = new Mutator(7, ["x"]);
        var other = new Mutator(7, ["x"]);

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(one.Next(corpus), other.Next(corpus));
        }
    }
}
