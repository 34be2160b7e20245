namespace Holdfast.Fuzz;

/// <summary>A run of our own mutator over one target.</summary>
public static class FuzzRun
{
    /// <summary>Changes inputs of the corpus and runs them, until a fault or the count is reached.</summary>
    /// <returns>Null, or the input that is a fault with what it threw.</returns>
    public static (byte[] Input, Exception Fault)? Find(
        FuzzTarget target, IReadOnlyList<byte[]> corpus, int count, int seed)
    {
        var mutator = new Mutator(seed, target.Words);
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next(corpus);
            try
            {
                target.Run(input);
            }
            catch (Exception fault)
            {
                return (input, fault);
            }
        }
        return null;
    }

    internal static int Go(FuzzTarget target, string directory, int count, int seed)
    {
        byte[][] corpus = [.. Corpus.Read(directory, target).Select(static c => c.Bytes)];
        if (Find(target, corpus, count, seed) is not (byte[] input, Exception fault))
        {
            Console.WriteLine($"{target.Name}: {count} inputs, seed {seed}, no fault");
            return 0;
        }
        File.WriteAllBytes($"fault-{target.Name}", input);
        Console.WriteLine($"{target.Name}: {fault}\nthe input is in fault-{target.Name}");
        return 1;
    }
}
