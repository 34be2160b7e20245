using Holdfast.Fuzz;
using SharpFuzz;

// holdfast-fuzz list                            the targets
// holdfast-fuzz replay TARGET FILE...           runs inputs, and shows the fault of the first that has one
// holdfast-fuzz run TARGET CORPUS COUNT [SEED]  changes inputs COUNT times; a fault's input goes to ./fault-TARGET
// holdfast-fuzz afl TARGET                      one for AFL, after `sharpfuzz` has instrumented the assemblies
// holdfast-fuzz libfuzzer TARGET                the same for libFuzzer
switch (args)
{
    case ["list"]:
        foreach (FuzzTarget each in FuzzTarget.All)
        {
            Console.WriteLine(each.Name);
        }
        return 0;
    case ["replay", string name, .. string[] files]:
        FuzzTarget replayed = FuzzTarget.Named(name);
        foreach (string file in files)
        {
            Console.WriteLine(file);
            replayed.Run(File.ReadAllBytes(file));
        }
        return 0;
    case ["run", string name, string corpus, string count, .. string[] seed]:
        return FuzzRun.Go(
            FuzzTarget.Named(name), corpus, int.Parse(count, null), seed is [string s] ? int.Parse(s, null) : 1);
    case ["afl", string name]:
        FuzzAction afl = FuzzTarget.Named(name).Run;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            afl(bytes.ToArray());
        });
        return 0;
    case ["libfuzzer", string name]:
        FuzzAction action = FuzzTarget.Named(name).Run;
        Fuzzer.LibFuzzer.Run(span => action(span));
        return 0;
    default:
        Console.Error.WriteLine("usage: holdfast-fuzz list | replay | run | afl | libfuzzer (see Program.cs)");
        return 2;
}
