// llama.cpp as npm's node-llama-cpp brings it, measured the way llama-bench measures: it takes some of llama-bench's flags and writes
// its JSON. peers.cs runs it for `--peer NAME=npm:FOLDER`, FOLDER being where `npm install node-llama-cpp` was typed.
//
//   node node-peer.mjs FOLDER -m FILE [-t 2] [-p 512] [-n 64] [-d 0] [-ub 512] [-r 1] [-fa 1]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import path from "node:path";

process.on("uncaughtException", (error) => fail(String(error?.message ?? error).split("\n")[0]));
const [folder, ...args] = process.argv.slice(2);
const flags = { "-m": "", "-t": "2", "-p": "512", "-n": "128", "-d": "0", "-ub": "512", "-r": "5", "-o": "json", "-fa": "1" };
for (let i = 0; i < args.length; i += 2) {
    if (!(args[i] in flags) || args[i + 1] === undefined) fail(`unknown flag or no value: ${args[i]}`);
    flags[args[i]] = args[i + 1];
}
const number = (flag) => {
    const value = Number(flags[flag]);
    return Number.isInteger(value) && value >= 0 ? value : fail(`${flag}: '${flags[flag]}' is not a number`);
};

const require = createRequire(path.join(path.resolve(folder ?? fail("the folder of node-llama-cpp is missing")), "package.json"));
const { getLlama } = await import(pathToFileURL(require.resolve("node-llama-cpp")));
const packageFile = path.join(path.dirname(require.resolve("node-llama-cpp")), "..", "package.json");
const release = JSON.parse(readFileSync(packageFile, "utf8")).version;
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: number("-t") });
const model = await llama.loadModel({ modelPath: flags["-m"], gpuLayers: 0 });
const prompt = number("-p"), generated = number("-n"), depth = number("-d");
const context = await model.createContext({
    contextSize: Math.max(256, prompt + generated + depth + 1), batchSize: number("-ub"), threads: number("-t"), flashAttention: flags["-fa"] === "1",
});
const sequence = context.getSequence();

let state = 1;
const vocabulary = 1000; // ids below it exist in every vocabulary and stand for ordinary text
const randomTokens = (count) => Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 300 + (state >>> 8) % (vocabulary - 300);
});

const results = [];
if (prompt > 0) results.push(await measure(prompt, 0));
if (generated > 0) results.push(await measure(0, generated));
console.log(JSON.stringify(results, null, 2));
process.exit(0);

async function measure(prompt, generated) {
    const samples = [];
    for (let r = -1; r < number("-r"); r++) {
        await sequence.clearHistory();
        if (depth > 0) await sequence.evaluateWithoutGeneratingNewTokens(randomTokens(depth));
        const tokens = randomTokens(prompt + generated);
        const start = process.hrtime.bigint();
        if (prompt > 0) await evaluate(tokens);
        else for (const token of tokens) await evaluate([token]);
        if (r >= 0) samples.push(Number(process.hrtime.bigint() - start));
    }
    const rates = samples.map((ns) => (prompt + generated) * 1e9 / ns);
    return {
        build_commit: `node-llama-cpp ${release}`, model_filename: flags["-m"], n_ubatch: number("-ub"), n_threads: number("-t"), n_prompt: prompt,
        n_gen: generated, n_depth: depth, avg_ts: rates.reduce((a, b) => a + b) / rates.length, samples_ns: samples, samples_ts: rates,
    };
}

// The logits of the last token are computed, as llama-bench has it.
async function evaluate(tokens) {
    const last = tokens.length - 1;
    await sequence.controlledEvaluate(tokens.map((token, i) => i === last ? [token, { generateNext: { token: true, options: { temperature: 0 } } }] : token));
}

function fail(reason) {
    console.error(`error: ${reason}`);
    process.exit(2);
}
